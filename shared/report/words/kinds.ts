import type { FindingKind } from '../../domain/audit/finding/finding.ts';

/** What a kind of finding means, and what to do about it. */
export type KindWords = { readonly title: string; readonly means: string; readonly help: string };

const words = (title: string, means: string, help: string): KindWords => ({ title, means, help });

/** Every kind of finding. */
export const KINDS = {
  'hop-missing': words(
    'A hop has no grant',
    'No binding gives the account the permission that it needs on the next account, so the chain cannot mint.',
    'Grant the role on the account itself, never on its project. A grant takes up to seven minutes to spread.',
  ),
  'hop-expiring': words(
    'The grant of a hop ends soon',
    'The condition of the grant ends before the mint after next is over. Minting works now and will then fail.',
    'Extend the condition, or replace the grant with one that does not end.',
  ),
  'hop-conditional': words(
    'The condition of a grant does not hold',
    'The grant exists, but its condition does not hold now or at a mint of the next seven days, or cannot be decided from IAM.',
    'Correct the condition, or grant the hop without one.',
  ),
  'hop-denied': words(
    'A deny policy forbids a hop',
    'A deny rule overrides every grant, so another grant cannot help.',
    'Add the account to the exceptions of the deny rule, or use other delegates.',
  ),
  'hop-order': words(
    'The delegates are in the wrong order',
    'The hops have no grants in this order of the delegates, and all grants in the other order.',
    'Turn the delegates round in the chain file. Delegates are listed from the caller to the target.',
  ),
  'account-missing': words(
    'An account of a chain does not exist',
    'The account was deleted or never created. Every chain through it is broken.',
    'Undelete it within 30 days of its deletion: a re-created account is another account. After 30 days, create it and grant its hops again.',
  ),
  'account-disabled': words(
    'An account of a chain is disabled',
    'A disabled account cannot mint, and no credential can be minted for it.',
    'Find out who disabled it, and why. Then enable it.',
  ),
  'account-recreated': words(
    'An account was deleted and re-created',
    'Another account now has its email. The grants and credentials of the old account do not apply to it, and a pinned unique ID refuses it.',
    'Make sure that the chain should use the new account. Then grant its hops again and correct the pinned unique ID.',
  ),
  'lifetime-not-allowed': words(
    'A long lifetime is not allowed',
    'For tokens of more than an hour, constraints/iam.allowServiceAccountCredentialLifetimeExtension must allow the target.',
    'Allow the account in the organization policy, or shorten the lifetime.',
  ),
  'secret-missing': words(
    'The secret of a chain does not exist',
    'The credential cannot be stored.',
    'Create the secret with the label managed-by=hopmint, and grant the caller its role on the secret.',
  ),
  'credential-late': words(
    'A credential is late',
    'It should have been rotated. It has less validity left than readers may expect, or will have soon.',
    'Read the log of mint for the last failure, and check that ticks arrive.',
  ),
  'credential-stale': words(
    'A credential has expired',
    'Readers of the secret get a credential that services refuse.',
    'Fix the broken hop, if there is one. Then force a rotation.',
  ),
  'credential-unusable': words(
    'Readers cannot use a credential',
    'The credential has not expired, but the version that readers get is disabled, destroyed or not from Hopmint.',
    'Find out in the audit log who changed the secret. Then force a rotation, which stores a new version.',
  ),
  'healed-often': words(
    'A credential breaks again and again',
    'Three times within an hour, readers had no usable credential. Each time Hopmint stored a new one. It now does so every ten minutes only.',
    'Find out in the audit log who changes the secret, and stop it.',
  ),
  'secret-expiring': words(
    'Google will delete a secret',
    'The secret has an expiration. At that time Google deletes it with all its versions.',
    'Remove the expiration, unless the chain ends before it.',
  ),
  'ledger-mismatch': words(
    'A secret does not match its chain',
    'The secret’s annotations contradict the chain or Secret Manager. Somebody edited them, or the secret belongs to another chain.',
    'Find out who changed the secret. A forced rotation writes the annotations again.',
  ),
  'chain-removed': words(
    'A secret belongs to no chain',
    'It has our label, but no chain of the file names it. It is no longer rotated.',
    'Delete the secret when nobody reads it, or put its chain back into the file.',
  ),
  'chain-paused': words(
    'A chain is paused',
    'It is paused, so nothing is minted for it.',
    'Remove the pause when its reason no longer applies.',
  ),
  'unexpected-impersonator': words(
    'Somebody else can impersonate an account of a chain',
    'A binding allows a member to mint for an account of a chain or to delegate through it, and no hop needs this.',
    'Remove the member from the binding, or write an exception with a reason, an owner and an end.',
  ),
  shortcut: words(
    'There is a shorter way to the target',
    'The caller or a delegate can reach the target without the hops between, so those hops protect nothing.',
    'Remove the grant that makes the shorter way.',
  ),
  overgrant: words(
    'A hop is granted too widely',
    'A grant on a project, folder or organization applies to every account in it, also to future accounts.',
    'Grant the hop on the account. Then remove the wide grant.',
  ),
  public: words(
    'Everyone can impersonate an account of a chain',
    'The binding is for allUsers or allAuthenticatedUsers.',
    'Remove the member now. Then look in the audit log for uses of the binding.',
  ),
  'token-exchange': words(
    'A signature can be exchanged for a token',
    'The chain may sign a JWT or blob that a token endpoint accepts. Its readers can get every kind of credential.',
    'Remove allowTokenExchange, unless the exchange is the purpose of the chain.',
  ),
  'exception-expired': words(
    'An exception has ended',
    'The chain file allowed a member until a date, and that date has passed.',
    'Remove the grant, or extend the exception in the chain file.',
  ),
  'reader-missing': words(
    'A declared reader cannot read',
    'The chain file says that this member reads the credential, but IAM does not let it. Its workload gets no new credential.',
    'Grant the role on the secret, or remove the reader from the chain file.',
  ),
  'secret-readers': words(
    'Somebody unexpected can read a secret',
    'Every member who can access its versions gets the credential.',
    'Remove the member from the binding on the secret, or above it.',
  ),
  'secret-writers': words(
    'Somebody unexpected can write a secret',
    'A member who can add a version decides which credential workloads use. A member who can destroy versions can stop workloads.',
    'Remove the member from the binding on the secret, or above it.',
  ),
  'file-writers': words(
    'Somebody can write the published chain file',
    'A writer of the published chain file decides what the caller mints and where it is stored. So a writer has the power of the caller.',
    'Remove the member from the binding on the bucket, or above it. If the member should publish, add it to publishers in the chain file.',
  ),
  'unexpected-administrator': words(
    'Somebody administers what is above a chain',
    'An administrator of a project, a folder or the organization can give itself everything below it.',
    'Remove the member from the binding, or declare it in administrators of the chain file.',
  ),
  'latent-grant': words(
    'Somebody can request access',
    'An entitlement of Privileged Access Manager offers a role that opens the chain. No policy shows this access before somebody requests it.',
    'Remove the member from the entitlement, or delete the entitlement. If the access is wanted, write an exception in the chain file.',
  ),
  'runs-as': words(
    'Something runs as an account of a chain',
    'Its code can get every credential of the account. So can everyone who can change it.',
    'Make sure that it should run as this account. If it should not, let it run as another account.',
  ),
  escalation: words(
    'Somebody can give themselves access',
    'A permission to change policies, roles, keys or our own services is as powerful as the credential itself.',
    'Remove the member from the binding, or write an exception in the chain file.',
  ),
  'undeclared-mint': words(
    'Somebody minted a credential that no chain declares',
    'The log of mints shows that a member minted as an account of a chain, and neither a hop nor an exception allows that.',
    'Find out who it was, and treat the credential as leaked. Then remove the access, or write an exception in the chain file.',
  ),
  'mint-without-commit': words(
    'A credential was minted and not stored',
    'The caller minted a credential of a chain, and no version of its secret followed. Somebody may use the caller’s account.',
    'Read the log of mint for a rotation that failed at that time. Without one, treat the credential as leaked.',
  ),
  'hop-unused': words(
    'Nobody uses a hop',
    'For 30 days the log of mints shows no mint that used it.',
    'Remove the chains that need it, or the grant, if nobody will use it.',
  ),
} satisfies Record<FindingKind, KindWords> & Record<string, KindWords>;

const known: ReadonlyMap<string, KindWords> = new Map(Object.entries(KINDS));

/** The words of a kind. A kind without words here gets its name as the title. */
export const wordsOf = (kind: string): KindWords =>
  known.get(kind) ?? words(kind.replaceAll('-', ' '), '', '');
