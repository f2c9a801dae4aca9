import { cloudEvent, http } from '@google-cloud/functions-framework';
import { auditEntryPoint } from './audit/entry-point.ts';
import { fanoutEntryPoint } from './fanout/entry-point.ts';
import { mintEntryPoint } from './mint/entry-point.ts';
import { runtimeOf } from './runtime/runtime.ts';

// One deployment runs one of these; what each needs is loaded by its first event, not by the others' cold start.

const runtime = runtimeOf(process.env);

// One parameter only: functions-framework takes a second one for a callback, and waits for it.
cloudEvent('fanout', runtime.handling(fanoutEntryPoint(runtime)));
cloudEvent('mint', runtime.handling(mintEntryPoint(runtime)));
http('audit', auditEntryPoint(runtime));
