import { http } from '@google-cloud/functions-framework';
import { proxyExemptions } from '../shared/domain/basics/loopback.ts';
import { auditEntryPoint } from './audit/entry-point.ts';
import { fanoutEntryPoint } from './fanout/entry-point.ts';
import { mintEntryPoint } from './mint/entry-point.ts';
import { runtimeOf } from './runtime/runtime.ts';

// A deployment runs one of these functions. Each loads its modules at its first event, so that its modules do not slow the cold start of the others.

Object.assign(process.env, proxyExemptions(process.env));
const runtime = runtimeOf(process.env);

http('fanout', runtime.pushed(fanoutEntryPoint(runtime)));
http('mint', runtime.pushed(mintEntryPoint(runtime)));
http('audit', auditEntryPoint(runtime));
