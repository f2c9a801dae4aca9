import logSink from '../../deploy/log-sink.json' with { type: 'json' };
import { CHECK_IDS, CHECKS } from '../../shared/domain/doctor/checks.ts';
import { SUBSCRIPTIONS } from '../../shared/domain/doctor/installation.ts';
import { APIS } from '../../shared/domain/doctor/projects.ts';
import { textOf } from './markdown.ts';

describe('docs/deployment/alerts.md', () => {
  it('has the filter of the log sink that doctor asks for', () => {
    expect(textOf('docs/deployment/alerts.md')).toContain(logSink.filter.join('\n'));
  });
});

describe('docs/doctor.md', () => {
  it('has one row for each check, with what it asks', () => {
    const rows = textOf('docs/doctor.md')
      .split('\n')
      .flatMap(
        (line) => /^\| `([a-z-]+)` \| (always|installed|probe) \| (.+?) \|/.exec(line) ?? [],
      );
    const table = CHECK_IDS.flatMap((id) => {
      const { phase, asks } = CHECKS[id];
      return [`| \`${id}\` | ${phase} | ${asks} |`, id, phase, asks];
    });
    expect(rows).toEqual(table);
  });
});

describe('what doctor expects', () => {
  it('are the subscriptions that the Terraform module makes', () => {
    const [, block = ''] =
      /\n {2}needed = \{\n([\s\S]+?)\n {2}\}/.exec(textOf('deploy/terraform/subscriptions.tf')) ??
      [];
    const made = [...block.matchAll(/^ {4}(\w+) += \{(.+)\}$/gm)].map(
      ([, name = '', fields = '']) => {
        const text = (field: string) =>
          new RegExp(`\\b${field} = "((?:[^"\\\\]|\\\\.)*)"`)
            .exec(fields)?.[1]
            ?.replaceAll('\\"', '"');
        const filter = text('filter');
        return [
          name,
          {
            topic: text('topic') ?? name,
            to: text('function'),
            path: text('path'),
            deadlineSeconds: Number(/deadline = (\d+)/.exec(fields)?.[1]),
            ...(filter !== undefined && { filter }),
          },
        ];
      },
    );
    expect(Object.fromEntries(made)).toEqual(SUBSCRIPTIONS);
  });

  it('are the APIs that the Terraform module enables, and Service Usage', () => {
    const [, block = ''] =
      /\n {2}apis = concat\(\n {4}\[\n([\s\S]+?)\n {4}\]/.exec(
        textOf('deploy/terraform/main.tf'),
      ) ?? [];
    const enabled = [...block.matchAll(/"([a-z.]+)"/g)].map(([, api = '']) => api);
    expect([...enabled, 'serviceusage.googleapis.com'].sort()).toEqual([...APIS].sort());
  });
});
