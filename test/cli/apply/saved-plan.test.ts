import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ApplyWorld, NOW, openApplyWorld, ops, stateOf } from './world.ts';

describe('a saved plan', () => {
  let world: ApplyWorld;
  let path: string;
  beforeEach(async () => {
    world = await openApplyWorld();
    path = join(world.directory, 'plan.json');
    expect((await world.plan({ out: path })).exit).toBe(1);
  });
  afterEach(() => world.close());
  const edit = async (change: (text: string) => string) => {
    const text = await readFile(path, 'utf8');
    const edited = change(text);
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
  };

  it('is accepted while the plan is the same, even if it was made days ago', async () => {
    await edit((text) => text.replace(NOW.toISOString(), '2026-11-20T00:00:00.000Z'));
    expect((await world.apply({ plan: path })).exit).toBe(0);
    expect((await world.plan()).exit).toBe(0);
  });

  type Edit = { edit: string; change: (text: string) => string; part: string };
  it.each<Edit>([
    {
      edit: 'with another member',
      change: (text) => text.replace(ops('app'), ops('evil')),
      part: 'steps',
    },
    {
      edit: 'with another command',
      change: (text) => text.replace('--condition=None', '--condition=x'),
      part: 'steps',
    },
    {
      edit: 'without one of its steps',
      change: (text) =>
        text.replace(
          /\{\s+"do": "create-secret"[^}]*\}[^}]*\}[^}]*\}[^}]*\}[^}]*\}\s*\],[^}]*\},/,
          '',
        ),
      part: 'steps',
    },
    {
      edit: 'of another chain file',
      change: (text) => text.replace(/"digest": "../, '"digest": "ff'),
      part: 'chainFile',
    },
    {
      edit: 'with a part that no plan has',
      change: (text) => text.replace('{', '{ "force": true,'),
      part: 'force',
    },
  ])('$edit is refused, and nothing is written', async ({ change, part }) => {
    const before = stateOf(world);
    await edit(change);
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain(`plan.json differs from the plan above in: ${part}. Nothing was written`);
    expect(stateOf(world)).toEqual(before);
  });

  it('is refused if IAM or Secret Manager has changed since', async () => {
    await world.apply({ chain: ['probe'] });
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain('differs from the plan above in: steps');
  });

  it('that is not JSON is refused with the command that makes one', async () => {
    await writeFile(path, 'steps: []');
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(2);
    expect(err).toContain('is not a saved plan: make one with "./hopmint plan --out');
  });
});
