import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compare } from './compare.ts';
import { randomCondition } from './random-condition.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    pairs: { type: 'string', default: '100000' },
  },
});
const [seed, wanted] = [Number(values.seed), Number(values.pairs)];
if (!Number.isSafeInteger(seed) || !(wanted > 0)) {
  process.stderr.write('npm run conditions -- [--seed NUMBER] [--pairs NUMBER]\n');
  process.exit(2);
}

let [pairs, conditions] = [0, 0];
for (let round = seed; pairs < wanted; round++) {
  const result = fc.check(
    fc.property(randomCondition, (condition) => {
      const { pairs: compared, disagreements } = compare(condition);
      [pairs, conditions] = [pairs + compared, conditions + 1];
      if (disagreements.length > 0) throw new Error(disagreements.join('\n'));
    }),
    { seed: round, numRuns: 1000 },
  );
  if (result.failed) {
    process.stderr.write(
      `${result.counterexample?.[0].expression}\n${result.errorInstance ?? ''}\n`,
    );
    process.stderr.write(`npm run conditions -- --seed ${round} --pairs 1\n`);
    process.exit(1);
  }
}
process.stdout.write(
  `${conditions} conditions agree with another evaluator at ${pairs} instants (seed ${seed})\n`,
);
