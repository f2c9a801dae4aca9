import { readFile } from 'node:fs/promises';
import { parseFilter } from '../../../local/services/logging/filter/parse-filter.ts';
import { evaluated } from '../deployment/promtool.ts';
import { type PlannedAlarm, plannedAlarm } from '../terraform/planned-alerts.ts';
import { type AlarmWorld, openAlarmWorld } from './alarm-world.ts';
import { type Entry, type Measured, measure, samplesOf, TIMES } from './monitoring.ts';
import { ROWS, type Row } from './rows.ts';

/** Most of a beat is waiting, so several worlds share the rows. */
const WORLDS = 4;

const VARIABLES = 'project_id = "acme-ops"\nregion = "europe-west1"\ncompare_mints = true\n';

type Phase = Measured & { readonly entries: readonly Entry[] };
type Phases = Readonly<Record<'healthy' | 'broken' | 'mended', Phase>>;
type Firing = Readonly<Record<keyof Phases, readonly string[]>>;

let planned: PlannedAlarm;
const firing = new Map<Row, Firing>();

async function phaseIn(
  world: AlarmWorld,
  { beats = 1, waits = false, withoutMetric, withoutLines = false }: Partial<Row>,
): Promise<Phase> {
  const { state } = world.local;
  const [audited, printed] = [state.log.length, state.functionLog.length];
  for (let beat = 0; beat < beats; beat++) await world.beat();
  if (waits) await world.pass(8 * 60);
  const entries = [
    ...state.log.slice(audited),
    ...(withoutLines ? [] : state.functionLog.slice(printed)),
  ];
  const metrics = planned.metrics.filter(({ name }) => name !== withoutMetric);
  return { ...measure(metrics, entries, state), entries };
}

/** Breaks each row's part and mends it, and watches what is emitted. */
async function watched(rows: readonly Row[]): Promise<(readonly [Row, Phases])[]> {
  const world = await openAlarmWorld();
  try {
    await world.beat();
    const found: [Row, Phases][] = [];
    let healthy = await phaseIn(world, {});
    for (const row of rows) {
      const { length: audited } = world.local.state.log;
      await row.breakIt(world);
      const made = world.local.state.log.slice(audited);
      const phase = await phaseIn(world, row);
      const broken = { ...phase, entries: [...made, ...phase.entries] };
      world.auditJob.isPaused = false;
      world.down.clear();
      await world.apply();
      const mended = await phaseIn(world, {});
      found.push([row, { healthy, broken, mended }]);
      healthy = mended;
    }
    return found;
  } finally {
    await world.close();
  }
}

/** The alerts of a row that fire in each phase. */
async function evaluate(all: readonly (readonly [Row, Phases])[]): Promise<void> {
  const queriesOf = ({ alerts }: Row) =>
    alerts.flatMap((alert) =>
      (planned.alerts.get(alert)?.queries ?? []).map((query) => ({ alert, query })),
    );
  const phaseNames = ['healthy', 'broken', 'mended'] as const;
  const questions = all.flatMap(([row, phases]) => {
    const series = samplesOf(phaseNames.map((name) => phases[name]));
    return phaseNames.flatMap((phase) =>
      TIMES[phase].map((at) => ({
        row,
        phase,
        series,
        at,
        queries: queriesOf(row).map(({ query }) => query),
      })),
    );
  });
  const results = await evaluated(questions);
  for (const [row, phases] of all) {
    const inPhase = (phase: keyof Phases): string[] => {
      const byQuery = questions.flatMap((question, i) =>
        question.row === row && question.phase === phase
          ? queriesOf(row).filter((_, j) => (results[i]?.[j]?.length ?? 0) > 0)
          : [],
      );
      const byLog = row.alerts.filter((alert) =>
        (planned.alerts.get(alert)?.logFilters ?? []).some((filter) =>
          phases[phase].entries.some(parseFilter(filter)),
        ),
      );
      return [...new Set([...byQuery.map(({ alert }) => alert), ...byLog])].sort();
    };
    firing.set(row, {
      healthy: inPhase('healthy'),
      broken: inPhase('broken'),
      mended: inPhase('mended'),
    });
  }
}

beforeAll(async () => {
  planned = await plannedAlarm(VARIABLES);
  const groups = Array.from({ length: WORLDS }, (_, i) => ROWS.filter((_, j) => j % WORLDS === i));
  await evaluate((await Promise.all(groups.map(watched))).flat());
}, 300_000);

describe('the table of silences', () => {
  it.each(ROWS)('$part: $dead: $alerts fire, and are over after the repair', (row) => {
    const { alerts } = row;
    expect(firing.get(row)).toEqual({ healthy: [], broken: [...alerts].sort(), mended: [] });
  });

  it('is the table of docs/deployment/silences.md', async () => {
    const page = await readFile('docs/deployment/silences.md', 'utf8');
    const link = (alert: string) => `[${alert}](../runbooks/${alert}.md)`;
    const expected = ROWS.map(
      ({ part, dead, signal, alerts }) =>
        `| ${part} | ${dead} | ${signal} | ${alerts.map(link).join(', ')} |`,
    );
    const rows = page.split('\n').filter((line) => /^\| .*\.\.\/runbooks\//.test(line));
    expect(rows).toEqual(expected);
  });
});
