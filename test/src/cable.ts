import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a port of this machine that can be held up, as a network that is cut does: nothing is refused, nothing comes. */
export interface Cable {
  readonly port: number;
  hold(): void;
  release(): void;
  /** Ends all connections and refuses others. */
  close(): void;
}

export async function layCable(target: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer({ pauseOnConnect: true }, (here) => {
    const there = connect(target, "127.0.0.1");
    for (const [socket, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(socket);
      socket.on("data", (bytes) => other.write(bytes));
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      if (held) socket.pause();
      else socket.resume();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      held = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      held = false;
      for (const socket of sockets) socket.resume();
    },
    close,
  };
}
