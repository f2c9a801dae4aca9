import type { AddressInfo } from 'node:net';
import { getTestServer } from '@google-cloud/functions-framework/testing';

// `startFunction` runs this program: one function in a process of its own. The framework's own command listens on every interface of the machine.
// This program listens on loopback only.

/** The process ends when its parent ends, for any reason. */
process.on('disconnect', () => process.exit());
// Node saves the code that it has compiled only when it ends by itself: the next start then takes a fifth less CPU time.
process.on('SIGTERM', () => process.exit());

const [functions = '', target = '', port = ''] = process.argv.slice(2);
await import(functions);
const server = getTestServer(target);
// The parent learns the port when this process has it. A port that the parent had found free could belong to another program by now.
server.listen(Number(port), '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
