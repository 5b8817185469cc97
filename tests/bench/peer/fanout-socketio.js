// A broadcaster on Socket.IO, WebSocket transport only: every remark goes to the room but its author. Nothing is stored.
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { Server } from "socket.io";
import { ready } from "./remark.js";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  const by = randomUUID();
  socket.join("board");
  socket.on("eph", ({ topic, k, d }) => {
    socket.to("board").emit("eph", { t: "eph", topic, by, k, d });
  });
});
http.listen(0, "127.0.0.1", () => ready(http.address().port));
