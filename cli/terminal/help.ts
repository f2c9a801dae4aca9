/** What a command's help ends with: lines to copy. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  init: ['./hopmint init', './hopmint init -f prod/chains.yaml'],
  validate: ['./hopmint validate', './hopmint validate -f prod/chains.yaml --json'],
  explain: ['./hopmint explain billing-export', './hopmint explain --live'],
  plan: [
    './hopmint plan',
    './hopmint plan --chain billing-export --format gcloud',
    './hopmint plan --format terraform > hopmint.tf',
    './hopmint plan --out plan.json && ./hopmint apply plan.json',
    './hopmint plan --cost',
  ],
  apply: [
    './hopmint apply',
    './hopmint apply --yes --wait 0 --json',
    './hopmint apply plan.json --yes   # only while plan.json is still the plan',
  ],
  publish: [
    './hopmint publish',
    './hopmint publish --dry-run --json',
    './hopmint publish --yes --remove release-stamp',
  ],
  pause: [
    './hopmint pause billing-export --until 4h --reason INC-1234',
    './hopmint pause billing-export --until now --reason "INC-1234 is over"',
    './hopmint pause billing-export --until 4h --reason INC-1234 -f gs://acme-ops-hopmint-chains/chains.jsonl',
  ],
  tick: ['./hopmint tick', './hopmint tick --chain billing-export --force'],
  mint: ['./hopmint mint billing-export'],
  status: ['./hopmint status', './hopmint status --chain billing-export --json'],
  audit: ['./hopmint audit', './hopmint audit --json > report.json'],
  read: ['./hopmint read billing-export', './hopmint read billing-export --exec -- ./upload.sh'],
  local: [
    './hopmint local --seed world.yaml',
    'eval "$(./hopmint local env --as user:ada@acme.com)"',
  ],
  start: ['npm start', 'npm start -- -f chains.yaml --once --json'],
};

export const examplesOf = (command: string): string => {
  const lines = EXAMPLES[command];
  return lines ? `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}` : '';
};

export const FIRST_STEPS = `
Begin with:
  ./hopmint init          a first chain file
  ./hopmint plan          what IAM and Secret Manager lack for it
  ./hopmint apply         add that, and see that every chain mints
  ./hopmint publish       give the chain file to the functions
  ./hopmint status        how fresh each credential is

Sources, for --file:
  chains.yaml                         a chain file, in YAML or JSON
  chains/                             a folder: one file with the settings, and any number of files with "chains:" only. *.yaml, *.yml and
                                      *.json are read. Subfolders, hidden files and *.schema.json are ignored.
  gs://BUCKET/OBJECT                  the same in Cloud Storage, or the published file that the functions read

Environment:
  HOPMINT_CLOUD                       a local cloud in place of Google, as http://127.0.0.1:8787
  CLOUDSDK_AUTH_ACCESS_TOKEN_FILE     who you are; else application default credentials
  NO_COLOR                            no colour

Exit status: 0 fine, 1 findings, a failed chain, or something left to do, 2 your input, 3 the cloud refused or is out of reach.
`;
