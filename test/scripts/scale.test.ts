import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import {
  AUDIT_MINUTES,
  AUDIT_PACE,
  type Fleet,
  fileOfFleet,
  OBSERVING_MINUTES,
  READS_PER_SECRET,
  SECRETS_PER_LIST,
  secretProjectsOf,
  secretsPaceOf,
  useOf,
} from '../../scripts/scale/fleet.ts';
import { fleetCostOf } from '../../scripts/scale/fleet-cost.ts';
import { remarksOnWrites } from '../../shared/domain/chain-file/checks/write-load.ts';
import { PAGE_SIZE } from '../../shared/google/secret-manager/call.ts';
import { ROOT, textOf } from '../docs/markdown.ts';

const scale = (...args: string[]): string =>
  execFileSync(process.execPath, [join(ROOT, 'scripts/scale/scale.ts'), ...args], {
    encoding: 'utf8',
  });

const FLEET: Fleet = {
  chains: 100_000,
  rotateEverySeconds: 1800,
  tickEverySeconds: 60,
  writesPerMinute: 540,
  auditEverySeconds: 1800,
  readEverySeconds: 300,
  rotationSeconds: 1,
  concurrency: 20,
};

/** The faults of a chain file of this fleet, with its secrets spread over this number of projects. */
const faultsOf = (fleet: Fleet, projects: number) =>
  remarksOnWrites(
    fileOfFleet(fleet, projects).chains.map(({ secret }) => ({ secret })),
    fleet.rotateEverySeconds,
    fleet.writesPerMinute,
    fleet.tickEverySeconds,
  );

describe('docs/deployment/scale.md', () => {
  it('contains the figures that the command prints', () => {
    const [, tables] =
      /<!-- npm run -s scale -->\n([\s\S]*)<!-- end -->/.exec(textOf('docs/deployment/scale.md')) ??
      [];
    expect(tables).toBe(scale());
  });
});

describe('npm run scale', () => {
  it('gives the fewest projects with which a chain file is not refused', () => {
    for (const fleet of [FLEET, { ...FLEET, chains: 3780 }, { ...FLEET, chains: 3781 }]) {
      const projects = secretProjectsOf(fleet);
      expect(faultsOf(fleet, projects)).toEqual([]);
      if (projects > 1) expect(faultsOf(fleet, projects - 1)).not.toEqual([]);
    }
    expect(secretProjectsOf({ ...FLEET, chains: 3780 })).toBe(1);
    expect(secretProjectsOf({ ...FLEET, chains: 3781 })).toBe(2);
  });

  it('gives the fewest projects and installations with which an audit ends before its deadline', () => {
    const { secretProjectsToAudit: projects, installations } = useOf(FLEET);
    const { iam } = AUDIT_PACE;
    const read = (pace: { perMinute: number; burst: number }) =>
      pace.burst + pace.perMinute * AUDIT_MINUTES;
    const isInTime = (chains: number) => {
      const { perMinute, burst } = secretsPaceOf(chains, FLEET);
      return READS_PER_SECRET * chains <= burst + perMinute * OBSERVING_MINUTES;
    };
    expect(isInTime(Math.ceil(FLEET.chains / projects))).toBe(true);
    expect(isInTime(Math.ceil(FLEET.chains / (projects - 1)))).toBe(false);
    expect((3 * FLEET.chains) / installations).toBeLessThanOrEqual(read(iam));
    expect((3 * FLEET.chains) / (installations - 1)).toBeGreaterThan(read(iam));
    const part = { ...FLEET, chains: Math.floor(FLEET.chains / Math.max(projects, installations)) };
    expect(useOf(part).auditMinutes).toBeLessThanOrEqual(AUDIT_MINUTES);
  });

  it('gives a sum that equals the sum of its lines', () => {
    const { lines, dollars } = fleetCostOf(FLEET);
    expect(dollars).toBeCloseTo(lines.reduce((sum, line) => sum + line.dollars, 0));
    expect(lines[0]).toMatchObject({ amount: 200_000, dollars: expect.closeTo(12_000) });
  });

  it('uses the limits that the code uses', () => {
    expect(SECRETS_PER_LIST).toBe(PAGE_SIZE);
    const pace = textOf('shared/google/wire/rate-limit.ts');
    for (const { perMinute, burst } of Object.values(AUDIT_PACE)) {
      const written = perMinute.toLocaleString('en-US').replace(',', '_');
      expect(pace).toContain(`{ perMinute: ${written}, burst: ${burst} }`);
    }
    expect(textOf('functions/audit/entry-point.ts')).toContain(
      `AUDIT_DEADLINE_MS = ${AUDIT_MINUTES * 60}_000;`,
    );
    expect(textOf('functions/audit/entry-point.ts')).toContain(
      `OBSERVING_MS = ${OBSERVING_MINUTES * 60}_000;`,
    );
  });

  it('uses the size of the instances that Terraform creates', () => {
    const [, mint = ''] = /mint = \{([^}]*)\}/.exec(textOf('deploy/terraform/services.tf')) ?? [];
    expect(mint).toMatch(new RegExp(`concurrency += ${FLEET.concurrency}\\n`));
    const sizes = textOf('deploy/terraform/variables.tf');
    expect(sizes).toContain('mint   = optional(string, "512Mi")');
    expect(sizes).toContain('audit  = optional(string, "1Gi")');
  });

  it('takes its numbers from options, and prints JSON', () => {
    const [estimate] = JSON.parse(scale('--chains', '5000', '--rotate-every', '15m', '--json'));
    expect(estimate).toMatchObject({ fleet: { chains: 5000 }, use: { secretProjects: 3 } });
    expect(() => scale('--chains', 'many')).toThrow('Write a whole number');
  });
});
