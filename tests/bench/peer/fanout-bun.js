// A broadcaster on Bun's own server and its native publish: every remark goes to the topic but its author. Nothing is stored.
import { ready, remark } from "./remark.js";

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const taken = server.upgrade(request, { data: { by: crypto.randomUUID() } });
    return taken ? undefined : new Response("a socket, please", { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    open(socket) {
      socket.subscribe("board");
    },
    message(socket, text) {
      socket.publish("board", JSON.stringify(remark(text, socket.data.by)));
    },
  },
});
ready(server.port);
