import { judgeChainFile, publishCommand } from '../../domain/doctor/chain-file.ts';
import { failed, unread } from '../../domain/doctor/judged.ts';
import { readGeneration } from '../published-file.ts';
import type { Checks } from './checks.ts';

export const chainFileChecks: Pick<Checks, 'chain-file'> = {
  async 'chain-file'(
    { installation, chainFile = 'chains.yaml', publishedAt, cloud: { objects }, signal },
    facts,
  ) {
    const publish = publishCommand(chainFile);
    if (!publishedAt) {
      return failed('the chain file does not say where it is published', publish);
    }
    const place = `gs://${publishedAt.bucket}/${publishedAt.name}`;
    const live = await objects.live(publishedAt, signal);
    if (!live.ok) return unread(place, live.error, 'storage.objects.get');
    if (!live.value) return failed(`${place} does not exist: nothing was published`, publish);
    const read = await readGeneration(objects, publishedAt, live.value, signal);
    if (!read.ok) {
      return read.error.why === 'refused'
        ? failed(`the functions refuse ${place}: ${read.error.detail}`, publish)
        : unread(place, { reason: 'cloud-busy', detail: read.error.detail });
    }
    const found = await facts.services();
    if (!found.ok) return unread(`the services of ${installation.project}`, found.error);
    const published = { place, file: read.value.file, generation: live.value.generation };
    return judgeChainFile(published, installation.file, found.value.mint, publish);
  },
};
