import { startLocalCloud } from '../../local/cloud.ts';
import { auditedWorld } from './audited-world.ts';

// A local cloud with so many accounts in it as its argument says. It ends with its parent.
process.once('disconnect', () => process.exit());
const { url } = await startLocalCloud({ seed: auditedWorld(Number(process.argv[2])).seed });
process.send?.({ url });
