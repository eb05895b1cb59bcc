// The reference client, driven by lines of JSON: {"do": "connect" | "lose" | "emit", …} in, what happens to it out.
"use strict";
const [, , bundle, websocket, url] = process.argv;
// The bundle is made for browsers, which have one.
globalThis.WebSocket = require(websocket);
const { io } = require(bundle);

const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");
const socket = io(url, { transports: ["websocket"], reconnection: false, autoConnect: false });
socket.on("connect", () => say({ kind: "connect", id: socket.id, recovered: socket.recovered }));
socket.on("connect_error", (error) => say({ kind: "connect_error", message: error.message }));
socket.on("disconnect", (reason) => say({ kind: "disconnect", reason }));
socket.onAny((event, ...args) => say({ kind: "event", event, args: args.filter((arg) => typeof arg !== "function") }));

const commands = {
    connect: ({ url, auth }) => {
        socket.io.uri = url;
        socket.auth = auth;
        socket.connect();
    },
    lose: () => socket.io.engine.close(),
    emit: ({ event, args }) => socket.emit(event, ...args, (answer) => say({ kind: "ack", answer })),
};
let rest = "";
process.stdin.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
        const command = JSON.parse(line);
        commands[command.do](command);
    }
});
process.stdin.on("end", () => process.exit(0));
