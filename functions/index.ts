import { cloudEvent, http } from '@google-cloud/functions-framework';
import { auditDoor } from './audit/entry-point.ts';
import { fanoutDoor } from './fanout/entry-point.ts';
import { mintDoor } from './mint/entry-point.ts';
import { runtimeOf } from './runtime/runtime.ts';

// One deployment runs one of these; what each needs is loaded by its first event, not by the others' cold start.

const runtime = runtimeOf(process.env);

// One parameter only: functions-framework takes a second one for a callback, and waits for it.
cloudEvent('fanout', runtime.handling(fanoutDoor(runtime)));
cloudEvent('mint', runtime.handling(mintDoor(runtime)));
http('audit', auditDoor(runtime));
