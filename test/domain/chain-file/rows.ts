import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';

const now = new Date('2026-11-22T12:00:00Z');

/** A chain file without a fault. Each row changes it. */
export const RIGHT = `caller: minter@acme-ops.iam.gserviceaccount.com
tickEvery: 1m
defaults: { lifetime: 1h, rotateEvery: 30m }
chains:
  - name: billing-export
    delegates: [relay@acme-ops.iam.gserviceaccount.com]
    target: reader@acme-data.iam.gserviceaccount.com
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }
    secret: projects/acme-ops/secrets/billing-export
  - name: partner-api
    target: partner@acme-data.iam.gserviceaccount.com
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/partner-api
  - name: firestore-jwt
    target: vault@acme-data.iam.gserviceaccount.com
    credential: { kind: signed-jwt, claims: { aud: https://receiver.example.com/jwt/ } }
    secret: projects/acme-ops/secrets/firestore-jwt
  - name: release-stamp
    target: stamp@acme-data.iam.gserviceaccount.com
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/release-stamp
exceptions:
  - account: relay@acme-ops.iam.gserviceaccount.com
    member: group:oncall@acme.com
    reason: break-glass, INC-1234
    owner: platform@acme.com
    expires: 2027-03-01
`;

/** Replacements in `RIGHT`, and the faults that follow, as `line:column: severity: message`. */
export type Row = { title: string; edits: [from: string | RegExp, to: string][]; faults: string[] };

export const edited = (edits: Row['edits']): string =>
  edits.reduce((text, [from, to]) => {
    const next = text.replace(from, () => to);
    if (next === text) throw new Error(`the row replaces nothing: ${from}`);
    return next;
  }, RIGHT);

export function faultsOf(text: string): string[] {
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], now);
  const refused = faults.some(({ severity }) => severity === 'error');
  if (refused !== (file === undefined)) throw new Error('a file comes without errors, and only so');
  return faults.map((f) => `${f.line}:${f.column}: ${f.severity}: ${f.message}`);
}
