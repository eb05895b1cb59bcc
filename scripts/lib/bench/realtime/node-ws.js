// The same broadcast by node's ws: prints its port; a text of ten digits has the event sent to all clients.
"use strict";

const { WebSocketServer } = require("ws");

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, backlog: 4096, perMessageDeflate: false });

server.on("connection", (socket) => {
  socket.on("message", (digits) => {
    const head = `42["event",{"n":"${digits}","pad":"`;
    const event = head.padEnd(197, "x") + '"}]';
    for (const client of server.clients) client.send(event);
  });
});

server.on("listening", () => console.log(server.address().port));
