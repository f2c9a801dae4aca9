import type { ApiMethod } from '../core/api-method.ts';
import { getClock, moveClock } from './clock.ts';
import { getFaults, setFaults } from './faults.ts';
import { grpc } from './grpc.ts';
import { log } from './log.ts';
import { metadata } from './metadata.ts';
import { requests } from './requests.ts';
import { seed } from './seed.ts';
import { getSettings, setSettings } from './settings.ts';
import { state } from './state.ts';
import { stdout } from './stdout.ts';
import { tick } from './tick.ts';
import { token } from './token.ts';

/** `/_local/`: methods that Google does not have. They show and change the state from outside. */
export const controlMethods: readonly ApiMethod[] = [
  state,
  seed,
  requests,
  log,
  stdout,
  getClock,
  moveClock,
  token,
  metadata,
  grpc,
  tick,
  getFaults,
  setFaults,
  getSettings,
  setSettings,
];
