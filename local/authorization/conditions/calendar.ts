import { CelScalar, celMethod, objectType } from '@bufbuild/cel';
import { inZone } from '../../core/zone.ts';

const { STRING, INT } = CelScalar;
const TIMESTAMP = objectType('google.protobuf.Timestamp');
const DAY_MS = 86_400_000;

const FIELDS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDate: (local) => local.getUTCDate(),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDayOfWeek: (local) => local.getUTCDay(),
  getDayOfYear: (local) =>
    Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
};

type Timestamp = { readonly message: { readonly seconds: bigint; readonly nanos: number } };
const dateOf = ({ message }: Timestamp): Date =>
  new Date(Number(message.seconds) * 1000 + Math.floor(message.nanos / 1_000_000));

/** The functions of the CEL library go through the host's own zone, and are wrong in the hour that the host skips in spring. @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#timezones */
export const calendar = Object.entries(FIELDS).flatMap(([name, field]) => [
  celMethod(name, TIMESTAMP, [], INT, function () {
    return BigInt(field(dateOf(this as unknown as Timestamp)));
  }),
  celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
    return BigInt(field(inZone(dateOf(this as unknown as Timestamp), zone)));
  }),
]);
