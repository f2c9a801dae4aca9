import type { FindingKind } from '../../domain/audit/finding/finding.ts';

/** What a kind of finding means, and what one does about it. */
export type KindWords = { readonly title: string; readonly means: string; readonly help: string };

const words = (title: string, means: string, help: string): KindWords => ({ title, means, help });

/** Every kind that an audit may tell. */
export const KINDS = {
  'hop-missing': words(
    'A hop has no grant',
    'No binding gives the account the permission that the chain needs on the next account, so nothing can be minted.',
    'Grant the role on the account itself, never on its project. A grant takes up to seven minutes to spread.',
  ),
  'hop-expiring': words(
    'The grant of a hop ends soon',
    'The condition of the grant ends before the credential after next is due. Minting works now and will then fail.',
    'Extend the condition, or replace the grant by one without an end.',
  ),
  'hop-conditional': words(
    'The condition of a grant does not hold',
    'The grant is there, but its condition does not hold, or cannot be decided from what IAM tells.',
    'Correct the condition, or grant the hop without one.',
  ),
  'hop-denied': words(
    'A deny policy forbids a hop',
    'A deny rule beats every grant. No further grant can help.',
    'Add the account to the exceptions of the deny rule, or take the chain another way.',
  ),
  'account-missing': words(
    'An account of a chain does not exist',
    'The account was deleted, or never created. Every chain through it is broken.',
    'Undelete it within 30 days of its deletion, as an account created anew is another one. Else create it and grant its hops again.',
  ),
  'account-disabled': words(
    'An account of a chain is disabled',
    'A disabled account can neither mint nor be minted for.',
    'Find out who disabled it and why before you enable it.',
  ),
  'account-recreated': words(
    'An account was deleted and created anew',
    'Another account now has its email. The grants of the old one do not count for it, and a pinned unique ID refuses it.',
    'Make sure that the new account is meant, grant its hops anew, and correct the pin.',
  ),
  'lifetime-not-allowed': words(
    'A long lifetime is not allowed',
    'Tokens of more than an hour need the target in constraints/iam.allowServiceAccountCredentialLifetimeExtension.',
    'Have the organization policy allow the account, or shorten the lifetime.',
  ),
  'secret-missing': words(
    'The secret of a chain is not there',
    'There is nowhere to keep the credential.',
    'Create the secret with the label managed-by=hopmint, and give the caller its role on it.',
  ),
  'credential-late': words(
    'A credential is late',
    'It should have been rotated, and has less validity left than its readers may expect, or soon will.',
    'See what minting last failed with, and whether ticks arrive.',
  ),
  'credential-stale': words(
    'A credential has expired',
    'Whoever reads the secret gets a credential that is refused.',
    'Mend the hop that is broken, if there is one, then force a rotation.',
  ),
  'ledger-mismatch': words(
    'A secret is not what its chain says',
    'What the secret’s annotations tell does not agree with the chain: somebody edited it, or it belongs to another chain.',
    'Find out who changed the secret. A forced rotation writes it anew.',
  ),
  'chain-removed': words(
    'A secret belongs to no chain',
    'It is labelled as ours, and no chain of the file names it. Nothing rotates it any more.',
    'Delete it when nobody reads it, or put its chain back.',
  ),
  'chain-paused': words(
    'A chain is paused',
    'The chain file says that nothing is minted for it.',
    'Take the pause out of the chain file when its reason is gone.',
  ),
  'unexpected-impersonator': words(
    'Somebody else can become an account of a chain',
    'A binding lets somebody mint for, or delegate through, an account of a chain, and no hop needs it.',
    'Remove the member from the binding, or write an exception with a reason, an owner and an end.',
  ),
  shortcut: words(
    'There is a shorter way to the target',
    'The caller, or an earlier account, reaches the target without the hops between, so they guard nothing.',
    'Remove the grant that makes the shorter way.',
  ),
  overgrant: words(
    'A hop is granted too widely',
    'A grant on a project, folder or organization holds for every account in it, and for those to come.',
    'Grant the hop on the account, then remove the wide grant.',
  ),
  public: words(
    'Everyone can become an account of a chain',
    'The binding is for allUsers or allAuthenticatedUsers.',
    'Remove the member now, then look in the audit log for who used it.',
  ),
  'token-exchange': words(
    'What is signed can be exchanged for a token',
    'The chain may sign what a token endpoint takes, which makes it a chain of every kind.',
    'Leave allowTokenExchange out, unless the exchange is what the chain is for.',
  ),
  'exception-expired': words(
    'An exception has ended',
    'The chain file let somebody in for a time, and the time is over.',
    'Remove the grant, or prolong the exception in the chain file.',
  ),
  'secret-readers': words(
    'Somebody unexpected can read a secret',
    'Who can access its versions has the credential.',
    'Remove the member from the binding on the secret, or above it.',
  ),
  'secret-writers': words(
    'Somebody unexpected can write a secret',
    'Who writes the latest version decides what workloads use; who destroys versions stops them.',
    'Remove the member from the binding on the secret, or above it.',
  ),
  escalation: words(
    'Somebody can give themselves a way in',
    'A permission to change policies, roles, keys or our own services is as good as the credential itself.',
    'Remove the member from the binding, or accept it in writing as an exception.',
  ),
} satisfies Record<FindingKind, KindWords> & Record<string, KindWords>;

const known: ReadonlyMap<string, KindWords> = new Map(Object.entries(KINDS));

/** The words of a kind; of one that is new here, its name and nothing more. */
export const wordsOf = (kind: string): KindWords =>
  known.get(kind) ?? words(kind.replaceAll('-', ' '), '', '');
