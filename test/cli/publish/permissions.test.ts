import { pause } from '../../../cli/commands/pause/pause.ts';
import roles from '../../../deploy/roles.json' with { type: 'json' };
import { fileOf, openPublishWorld, PIPELINE, PUBLISH_TO } from './world.ts';

const ALL = roles.hopmintPublisher.includedPermissions;

/** The exit codes of a first publish, a second publish, and a pause, by an account with these permissions. */
async function exitsWith(permissions: readonly string[]): Promise<number[]> {
  const world = await openPublishWorld(permissions);
  try {
    const options = { account: PIPELINE };
    await world.write({ 'chains.yaml': fileOf(['one']) });
    const first = await world.publish({ yes: true }, options);
    await world.write({ 'chains.yaml': fileOf(['one', 'two']) });
    const second = await world.publish({ yes: true }, options);
    const { io } = await world.as(PIPELINE);
    const paused = { source: PUBLISH_TO, json: false, chain: 'one', until: '1h', reason: 'INC-1' };
    return [first.exit, second.exit, await pause(paused, io)];
  } finally {
    await world.close();
  }
}

describe('the role hopmintPublisher', () => {
  it('is enough to publish, to publish again, and to pause', async () => {
    expect(await exitsWith(ALL)).toEqual([0, 0, 0]);
  });

  it.each(ALL)('needs %s', async (permission) => {
    const exits = await exitsWith(ALL.filter((one) => one !== permission));
    expect(exits.filter((exit) => exit !== 0)).not.toEqual([]);
  });
});
