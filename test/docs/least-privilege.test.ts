import { predefinedRole } from '../../local/authorization/roles.ts';
import { filesNamed, textOf } from './markdown.ts';

const page = textOf('docs/deployment/least-privilege.md');
const [, terraform = ''] = page.split('\n## Terraform\n');
const codesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('docs/deployment/least-privilege.md', () => {
  it('names a role for each type of the Terraform module, and no other type', () => {
    const module = filesNamed('deploy/terraform/*.tf').filter(
      (path) => !path.includes('/examples/'),
    );
    const text = module.map(textOf).join('\n');
    const used = [...text.matchAll(/^(?:resource|data) "(google_\w+)"/gm)].map(([, type]) => type);
    const [table = ''] = terraform.split('\n## ');
    const listed = codesIn(table).filter((code) => code.startsWith('google_'));
    expect([...new Set(listed)].sort()).toEqual([...new Set(used)].sort());
  });

  it.each([...new Set(codesIn(page).filter((code) => code.startsWith('roles/')))])(
    'names a role that Google has: %s',
    (role) => {
      expect(predefinedRole(role)).toBeDefined();
    },
  );
});
