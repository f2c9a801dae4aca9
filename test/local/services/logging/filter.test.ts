import logSink from '../../../../deploy/log-sink.json' with { type: 'json' };
import { parseFilter } from '../../../../local/services/logging/filter/parse-filter.ts';
import type { LogEntry } from '../../../../local/state/log-entry.ts';

const entry = (methodName: string, serviceName: string): LogEntry => ({
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    status: {},
    authenticationInfo: { principalEmail: 'ada@acme.com', principalSubject: 'user:ada@acme.com' },
    requestMetadata: {},
    serviceName,
    methodName,
    authorizationInfo: ['iam.serviceAccounts.disable', 'iam.serviceAccounts.get'].map(
      (permission) => ({
        resource: 'projects/acme-ops',
        permission,
        granted: true,
        resourceAttributes: {},
        permissionType: 'ADMIN_WRITE',
      }),
    ),
    resourceName: 'projects/-/serviceAccounts/100000000000000000002',
  },
  insertId: 'one',
  resource: { type: 'service_account', labels: { project_id: 'acme-ops', 'a.b': 'dots' } },
  timestamp: '2026-11-22T12:00:00.000Z',
  severity: 'NOTICE',
  logName: 'projects/acme-ops/logs/cloudaudit.googleapis.com%2Factivity',
  receiveTimestamp: '2026-11-22T12:00:00.000Z',
});
const disabled = entry('google.iam.admin.v1.DisableServiceAccount', 'iam.googleapis.com');

describe('A log filter', () => {
  it.each<{ filter: string; matches: boolean }>([
    { filter: '', matches: true },
    { filter: 'severity=NOTICE', matches: true },
    { filter: 'severity = "notice"', matches: true },
    { filter: 'severity=ERROR', matches: false },
    { filter: 'severity!=ERROR', matches: true },
    { filter: 'severity!=NOTICE', matches: false },
    { filter: 'protoPayload.methodName:"disableservice"', matches: true },
    { filter: 'protoPayload.methodName="disableservice"', matches: false },
    { filter: 'protoPayload.methodName=~"Service(Account|Key)$"', matches: true },
    { filter: 'protoPayload.methodName=~"disableservice"', matches: false },
    { filter: 'protoPayload.methodName=~"(?i)disableservice"', matches: true },
    { filter: String.raw`protoPayload.methodName=~"v1\.Disable"`, matches: true },
    { filter: 'protoPayload.methodName!~"Disable"', matches: false },
    { filter: 'protoPayload.serviceData:*', matches: false },
    { filter: 'protoPayload.methodName:*', matches: true },
    { filter: 'protoPayload.authenticationInfo:*', matches: true },
    {
      filter: 'protoPayload.authorizationInfo.permission="iam.serviceAccounts.get"',
      matches: true,
    },
    {
      filter: 'protoPayload.authorizationInfo.permission="iam.serviceAccounts.set"',
      matches: false,
    },
    { filter: 'resource.labels."a.b"=dots', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com/activity")', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com%2Factivity")', matches: true },
    { filter: 'log_id("cloudaudit.googleapis.com/data_access")', matches: false },
    { filter: 'severity=(ERROR OR NOTICE)', matches: true },
    { filter: 'severity=(NOT NOTICE)', matches: false },
    { filter: 'severity=NOTICE severity=ERROR', matches: false },
    { filter: 'severity=NOTICE\n-- a comment "\nresource.type=service_account', matches: true },
    { filter: 'severity=NOTICE AND severity=ERROR', matches: false },
    { filter: 'severity=NOTICE OR severity=ERROR', matches: true },
    { filter: 'NOT severity=ERROR', matches: true },
    { filter: '-severity=ERROR', matches: true },
    { filter: 'NOT (severity=ERROR OR severity=NOTICE)', matches: false },
    // OR binds tighter than AND: (NOTICE OR NOTICE) AND ERROR.
    { filter: 'severity=NOTICE OR severity=NOTICE AND severity=ERROR', matches: false },
    { filter: '(severity=NOTICE) OR (severity=NOTICE AND severity=ERROR)', matches: true },
    // NOT binds tighter than OR.
    { filter: 'NOT severity=ERROR OR severity=ERROR', matches: true },
  ])('$filter: $matches', ({ filter, matches }) => {
    expect(parseFilter(filter)(disabled)).toBe(matches);
  });

  it.each(['=', '!=', ':', '=~', '!~'])('with %s does not match a missing field', (operator) => {
    expect(parseFilter(`protoPayload.serviceData.x${operator}"a"`)(disabled)).toBe(false);
    expect(parseFilter(`NOT protoPayload.serviceData.x${operator}"a"`)(disabled)).toBe(true);
  });

  it.each<{ filter: string; error: string }>([
    { filter: 'severity>=ERROR', error: 'the operator >= is not supported' },
    { filter: 'sample(insertId, 0.1)', error: 'the function sample is not supported' },
    {
      filter: '"disabled"',
      error: 'a search in all fields is not supported: write field:"disabled"',
    },
    {
      filter: 'disabled',
      error: 'a search in all fields is not supported: write field:"disabled"',
    },
    { filter: 'protopayload.methodName:x', error: 'a log entry has no field protopayload' },
    { filter: 'severity=', error: 'a value is missing at the end' },
    { filter: 'severity=NOTICE AND', error: 'a term is missing at the end' },
    { filter: 'OR severity=NOTICE', error: 'a term is missing before "OR"' },
    { filter: '(severity=NOTICE', error: '")" is missing at the end' },
    { filter: 'severity=NOTICE)', error: 'an opening parenthesis is missing before ")"' },
    { filter: 'severity="NOTICE', error: 'there is a syntax error at "\\"NOTICE"' },
    { filter: 'severity=~"("', error: '"(" is not a regular expression' },
  ])('$filter is refused: $error', ({ filter, error }) => {
    expect(() => parseFilter(filter)).toThrow(error);
  });
});

describe('The filter of our Terraform module', () => {
  const matchesFilter = parseFilter(logSink.filter.join('\n'));

  it.each<{ service: string; method: string; matches: boolean }>([
    { service: 'iam', method: 'google.iam.admin.v1.SetIAMPolicy', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.DisableServiceAccount', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.UpdateRole', matches: true },
    { service: 'iam', method: 'google.iam.v2.Policies.DeletePolicy', matches: true },
    { service: 'cloudresourcemanager', method: 'SetIamPolicy', matches: true },
    { service: 'pubsub', method: 'SetIamPolicy', matches: false },
    { service: 'secretmanager', method: 'AddSecretVersion', matches: true },
    { service: 'iam', method: 'google.iam.admin.v1.UndeleteRoles', matches: false },
  ])('for $method of $service: $matches', ({ service, method, matches }) => {
    expect(matchesFilter(entry(method, `${service}.googleapis.com`))).toBe(matches);
  });
});
