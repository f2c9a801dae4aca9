import type { Report } from './audit.ts';
import type { Plant } from './check.ts';

/** The report without what it says of some permissions: a fault of the audit that the oracle must find. */
function without(report: Report, permissions: RegExp): Report {
  return {
    ...report,
    findings: report.findings.filter(
      ({ evidence }) => !evidence.permissions?.some((permission) => permissions.test(permission)),
    ),
    chains: report.chains.map((chain) => ({
      ...chain,
      reach: chain.reach.filter(
        ({ steps }) => !steps.some(({ permission }) => permissions.test(permission)),
      ),
    })),
  };
}

/** Holes to plant, by name. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  'role-editors': (report) => without(report, /^iam\.roles\./),
  'key-makers': (report) => without(report, /^iam\.serviceAccountKeys\.create$/),
  'policy-setters': (report) => without(report, /setIamPolicy$/),
  minters: (report) => without(report, /^iam\.serviceAccounts\.(get.*Token|sign)/),
};
