import { posix } from 'node:path';
import { DETOURS, importsOf } from './imports.ts';
import { LOADERS, ROOMS, type Wall } from './rooms.ts';

/** The room of a file: the longest name in the table that is the file or a folder above it. */
export function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

const listOf = (names: readonly string[]): string => names.join(', ') || 'nothing';

function packageFault(room: string, specifier: string, packages: readonly string[]) {
  const names = ['*', specifier, ...(specifier.startsWith('node:') ? ['node:*'] : [])];
  if (names.some((name) => packages.includes(name))) return undefined;
  return `${room} may not import the package ${specifier}. It may import these packages: ${listOf(packages)}.`;
}

function pathFault(room: string, target: string, rooms: readonly string[]) {
  const other = roomOf(target);
  if (other === room || ['*', other, target].some((name) => name && rooms.includes(name))) {
    return undefined;
  }
  return `${room} may not import ${target}${other ? `, of the room ${other}` : ', which is in no room'}. It may import these rooms: ${listOf(rooms)}.`;
}

/** Says why a file of `room` may not import `specifier`. */
function faultOf(path: string, room: string, specifier: string): string | undefined {
  const { rooms, packages, why } = ROOMS[room] as Wall;
  const fault = /^\.\.?\//.test(specifier)
    ? pathFault(room, posix.join(posix.dirname(path), specifier), rooms)
    : packageFault(room, specifier, packages);
  return fault && why ? `${fault} ${why}` : fault;
}

/** Every import of a file that a wall refuses, as `path:line: …`. */
export function brokenWallsIn(path: string, code: string): string[] {
  const room = roomOf(path);
  if (room === undefined) {
    return [
      `${path}:1: This file is in no room. Move it, or add its room to scripts/walls/rooms.ts.`,
    ];
  }
  return importsOf(code).flatMap((found) => {
    const fault =
      'specifier' in found
        ? faultOf(path, room, found.specifier)
        : found.kind === 'computed' && LOADERS.includes(path)
          ? undefined
          : DETOURS[found.kind];
    return fault === undefined ? [] : [`${path}:${found.line}: ${fault}`];
  });
}
