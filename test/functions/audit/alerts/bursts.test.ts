import { parseChange } from '../../../../shared/domain/audit/changed-resources.ts';
import type { ListedReport } from '../../../../shared/domain/audit/listed-report.ts';
import { now } from '../../../domain/audit/audit-world.ts';
import { runs } from '../../../runs.ts';
import { type AuditedWorld, openAuditedWorld } from '../../../simulation/audits/audited-world.ts';
import { FILE, ROOT, WORLD } from '../../../simulation/audits/edited-world.ts';
import { callerOf, editsOf } from '../../../simulation/audits/edits.ts';
import { randomOf } from '../../../soak/random.ts';

/** `.ci/run` makes a thousand: fifty in each of twenty worlds. */
const BURSTS = runs(1) > 1 ? 50 : 20;

const shown = ({ findings, chains, coverage }: ListedReport) => ({
  findings: findings
    .map(({ kind, severity, fingerprint, evidence, members, member: one }) =>
      [kind, severity, fingerprint, evidence.summary, members ?? one].join(' | '),
    )
    .sort(),
  hops: chains.map(({ state, hops }) => [state, ...hops.map((hop) => hop.state)]),
  unread: coverage.unread,
});

describe('an audit of what has changed', () => {
  const worlds: AuditedWorld[] = [];
  afterEach(() => Promise.all(worlds.splice(0).map((world) => world.close())));

  it(
    'equals an audit of everything after bursts of edits of every kind',
    async () => {
      const done = new Set<string>();
      let names: string[] = [];
      for (let seed = 1; seed <= runs(1); seed++) {
        const random = randomOf(seed);
        const world = await openAuditedWorld(WORLD, FILE, now);
        worlds.push(world);
        const { local, clock } = world;
        const edits = editsOf(await callerOf(local, ROOT), local, random);
        names = Object.keys(edits);
        const auditor = world.newInstance();
        await auditor.renew();
        for (let burst = 0; burst < BURSTS; burst++) {
          const from = local.state.log.length;
          const entries: object[] = [];
          const made: string[] = [];
          const count = random.between(1, 5);
          for (let tries = 0; made.length < count && tries < 20; tries++) {
            const missing = names.filter((name) => !done.has(name));
            const name = random.pick(missing.length > 0 && !random.oneIn(4) ? missing : names);
            const result = await edits[name]?.();
            if (result === undefined) continue;
            done.add(name);
            made.push(name);
            if (Array.isArray(result)) entries.push(...result);
          }
          clock.now = new Date(clock.now.getTime() + 60_000);
          const changed = [...local.state.log.slice(from), ...entries].flatMap(
            (entry) => parseChange(entry)?.names ?? [],
          );
          // Some changes cause no event. An audit for another reason finds them.
          await auditor.changed([...changed, 'projects/acme-ops']);
          const partial = await auditor.known();
          if (!partial) throw new Error('no report');
          const title = { seed, burst, made, changed };
          expect({ ...title, ...shown(partial) }).toEqual({
            ...title,
            ...shown(await world.audit()),
          });
        }
      }
      expect([...done].sort()).toEqual(names.sort());
    },
    runs(30_000),
  );
});
