import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { certificateOf } from '../../../local/identity/certificate.ts';

export type Sink = {
  /** Host and port. */
  readonly address: string;
  /** All bytes that arrived, those of TLS connections decrypted. */
  received(): string;
  close(): void;
};

/** The first byte of a TLS connection. */
const HANDSHAKE = 0x16;

/** A server that takes any bytes, also over TLS with a certificate of its own, and lets the client of a proxy go on to send its request. */
export async function openSink(): Promise<Sink> {
  let received = '';
  const take = (socket: Socket, bytes: Buffer) => {
    received += bytes.toString('latin1');
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
  };
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...keys, keyId: '0123456789abcdef' };
  const overTls = createTlsServer(
    {
      key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: certificateOf(key, 'sink', new Date()),
    },
    (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => take(socket, bytes));
    },
  );
  overTls.on('tlsClientError', () => undefined);
  await once(overTls.listen(0, '127.0.0.1'), 'listening');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    const onData = (bytes: Buffer) => {
      if (bytes[0] !== HANDSHAKE) return take(socket, bytes);
      socket.off('data', onData);
      const inner = connect((overTls.address() as AddressInfo).port, '127.0.0.1');
      inner.on('error', () => socket.destroy());
      inner.write(bytes);
      socket.pipe(inner).pipe(socket);
    };
    socket.on('data', onData);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    close() {
      server.close();
      overTls.close();
    },
  };
}
