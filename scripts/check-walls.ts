import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { brokenWallsIn } from './walls/walls.ts';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => /\.[cm]?[jt]sx?$/.test(path));
const faults = files.flatMap((path) => brokenWallsIn(path, readFileSync(path, 'utf8')));
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(
    'Move the code to a room that both may import, or pass the value as a parameter. scripts/walls/rooms.ts has all walls.',
  );
  process.exitCode = 1;
}
