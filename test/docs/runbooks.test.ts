import { basename } from 'node:path';
import { filesNamed, textOf } from './markdown.ts';

const PAGES = filesNamed('docs/runbooks/*.md').filter((page) => !page.endsWith('README.md'));
const nameOf = (page: string) => basename(page, '.md');

/** The alerts that deploy/terraform can switch off, which are all of them. */
const ALERTS = [
  ...(/contains\(\[([^\]]*)\], name\)/
    .exec(textOf('deploy/terraform/variables.tf'))?.[1]
    ?.matchAll(/"([a-z-]+)"/g) ?? []),
].map(([, name = '']) => name);

/** The sources with the events that functions log and the reasons of failures. */
const CODE = filesNamed('functions/*.ts', 'shared/domain/*.ts', 'shared/operations/*.ts')
  .map(textOf)
  .join('\n');

describe('docs/runbooks', () => {
  it('has a page for each alert, and one for a leak', () => {
    expect(ALERTS.length).toBeGreaterThan(5);
    expect(PAGES.map(nameOf).toSorted()).toEqual([...ALERTS, 'leak'].toSorted());
  });

  it('lists each page once', () => {
    const listed = [...textOf('docs/runbooks/README.md').matchAll(/\]\(([a-z-]+)\.md\)/g)];
    expect(listed.map(([, name]) => name).toSorted()).toEqual(PAGES.map(nameOf).toSorted());
  });

  it.each(PAGES)(
    '%s says what the alert means, how bad it is, what to do, and when it is over',
    (page) => {
      const text = textOf(page);
      expect(text).toContain(`# ${nameOf(page)}\n\n**Means.** `);
      expect(text).toContain('**Over when** ');
      if (nameOf(page) === 'leak') return;
      for (const part of ['**How bad.** ', '**Look first', '**What to do.**']) {
        expect(text).toContain(part);
      }
    },
  );

  it.each(PAGES)('%s filters the log by events and reasons that exist in the code', (page) => {
    const asked = [...textOf(page).matchAll(/jsonPayload\.(?:event|reason)=(\([^)]*\)|"[^"]*")/g)];
    const names = asked.flatMap(([, values = '']) =>
      [...values.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    );
    expect(names.filter((name) => !CODE.includes(`'${name}'`))).toEqual([]);
  });
});
