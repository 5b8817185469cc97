// A broadcaster on plain `ws`: every remark goes to everybody but its author. Nothing is stored.
import { WebSocketServer } from "ws";
import { randomUUID } from "node:crypto";
import { ready, remark } from "./remark.js";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => ready(server.address().port));
server.on("connection", (socket) => {
  const by = randomUUID();
  socket.on("message", (text) => {
    const frame = Buffer.from(JSON.stringify(remark(text, by)));
    for (const other of server.clients) {
      if (other !== socket && other.readyState === other.OPEN) other.send(frame, { binary: false });
    }
  });
});
