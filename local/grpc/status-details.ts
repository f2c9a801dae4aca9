import { fromProto3JSON } from 'proto3-json-serializer';
import protobuf from 'protobufjs';
import copies from './protos.json' with { type: 'json' };

/** With all error details. */
const STATUS = protobuf.Root.fromJSON(copies.status as never).lookupType('google.rpc.Status');

/**
 * The value of the trailer `grpc-status-details-bin`.
 *
 * @param details in Google's JSON, each with its `@type`
 * @see https://google.aip.dev/193
 */
export function statusDetails(code: number, message: string, details: readonly object[]): Buffer {
  const value = fromProto3JSON(STATUS as never, { code, message, details } as never);
  return Buffer.from(STATUS.encode(value as never).finish());
}
