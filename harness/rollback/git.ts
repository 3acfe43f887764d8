import { basename, dirname, join, resolve } from 'node:path'
import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import { parseDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { RollbackContext, RollbackProcedurePlugin } from '../ports/rollback-procedure.ts'
import { childEnvironment, runChild } from './child.ts'
import { limit } from './schema-parts.ts'

/** The variables by which git finds its settings and its keys. */
const GIT_ENVIRONMENT = ['HOME', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK', 'GIT_SSH_COMMAND']
/** The author of the commit, also on machines where git has none configured. */
const AUTHOR = ['-c', 'user.name=proofload', '-c', 'user.email=proofload@localhost']
const FILES_NAMED = 3

/** The name of a tag or a branch: never an option, never a range. */
const refName = z.string().regex(/^[\w][\w./*?-]*$/, 'the name of a tag, such as v1.2 or good/*')

const configSchema = z
  .strictObject({
    /** Folder of the repository. Default: the working directory of proofload. */
    repository: z
      .string()
      .default('.')
      .describe('Folder of the repository. Default: the working directory of proofload.'),
    /** The last known good state: a tag, or a pattern for the newest tag that matches. Default: `'good/*'`. */
    tag: refName
      .default('good/*')
      .describe('The last known good state: a tag, or a pattern for the newest tag that matches'),
    /** `'revert'` makes a new commit with the tree of the tag, `'worktree'` checks the tag out in a separate folder. Default: `'revert'`. */
    mode: z
      .enum(['revert', 'worktree'])
      .default('revert')
      .describe('revert: a new commit with the tree of the tag; worktree: the tag in a separate folder'),
    /** Folder of the worktree. Default: `<repository>-<tag>` beside the repository. */
    worktree: z
      .string()
      .min(1)
      .optional()
      .describe('Folder of the worktree. Default: <repository>-<tag> beside the repository.'),
    /** Remote and branch that the new commit is pushed to, never by force. Default: not pushed. */
    push: z
      .strictObject({ remote: z.string().regex(/^[\w]/), branch: z.string().regex(/^[\w]/) })
      .optional()
      .describe('Remote and branch that the new commit is pushed to, never by force. Default: not pushed.'),
    /** Limit of each git command. Default: `'2m'`. */
    timeout: limit('2m'),
  })
  .refine(({ mode, push }) => mode === 'revert' || push === undefined, 'a worktree has nothing to push')
  .refine(
    ({ mode, worktree }) => mode === 'worktree' || worktree === undefined,
    'worktree is for mode worktree',
  )
  .describe('A git repository')
type GitConfig = z.output<typeof configSchema>

/** Forwards a repository to its last known good tag; history is never rewritten. */
export function gitUndo(config: Written<typeof configSchema> = {}): PluginPlan {
  return { plugin: 'git', config }
}

/** The `git` plugin: history is never rewritten, and work that is not committed never touched. */
export const gitPlugin: RollbackProcedurePlugin = {
  name: 'git',
  summary: 'commits the tree of the last known good tag, or checks the tag out in a worktree',
  configSchema,
  describe(config) {
    const { repository, tag, mode, worktree, push } = configSchema.parse(config)
    const which = /[*?]/.test(tag) ? `the newest tag ${tag}` : `the tag ${tag}`
    if (mode === 'worktree')
      return `check out ${which} of ${repository} in ${worktree ?? 'a new worktree beside it'}`
    const pushed = push === undefined ? '' : `, pushed to ${push.remote} ${push.branch}`
    return `commit the tree of ${which} on top of HEAD of ${repository}${pushed}`
  },
  async undo(config, context) {
    const parsed = configSchema.parse(config)
    const repository = new Repository(resolve(context.cwd, parsed.repository), parsed, context)
    const tag = await repository.newestTag()
    return {
      message:
        parsed.mode === 'revert' ? await repository.revertTo(tag) : await repository.checkOutBeside(tag),
    }
  },
}

class Repository {
  readonly #folder: string
  readonly #config: GitConfig
  readonly #context: RollbackContext
  readonly #env: Record<string, string>

  constructor(folder: string, config: GitConfig, context: RollbackContext) {
    this.#folder = folder
    this.#config = config
    this.#context = context
    this.#env = { ...childEnvironment(GIT_ENVIRONMENT, context), GIT_TERMINAL_PROMPT: '0' }
  }

  /** Returns the newest tag in the history of HEAD: a tag of another branch was never deployed here. */
  async newestTag(): Promise<string> {
    const { tag } = this.#config
    const newest = ['--sort=-version:refname', '--sort=-creatordate', '--count=1']
    const wanted = ['--merged', 'HEAD', '--format=%(refname:lstrip=2)', `refs/tags/${tag}`]
    const found = await this.#ask('for-each-ref', ...newest, ...wanted)
    if (found !== '') return found
    throw new HarnessError('ROLLBACK_FAILED', `the history of ${this.#folder} has no tag ${tag}`, {
      hint: 'Tag a commit that is known to be good, for example: git tag good/2026-11-21',
    })
  }

  async revertTo(tag: string): Promise<string> {
    await this.#requireClean()
    const tree = await this.#ask('rev-parse', `refs/tags/${tag}^{tree}`)
    const isThere = tree === (await this.#ask('rev-parse', 'HEAD^{tree}'))
    if (!isThere) await this.#run('merge', '--ff-only', await this.#commit(tree, tag))
    const { push } = this.#config
    if (push !== undefined) await this.#run('push', push.remote, `HEAD:refs/heads/${push.branch}`)
    const head = await this.#ask('rev-parse', '--short', 'HEAD')
    const pushed = push === undefined ? '' : `, pushed to ${push.remote} ${push.branch}`
    return `${isThere ? `${head} already equals ${tag}` : `${head} restores ${tag}`}${pushed}`
  }

  async checkOutBeside(tag: string): Promise<string> {
    const top = await this.#ask('rev-parse', '--show-toplevel')
    const beside = join(dirname(top), `${basename(top)}-${tag.replaceAll('/', '-')}`)
    const folder = resolve(this.#context.cwd, this.#config.worktree ?? beside)
    const commit = await this.#ask('rev-parse', `refs/tags/${tag}^{commit}`)
    await this.#run('worktree', 'prune')
    const worktrees = await this.#ask('worktree', 'list', '--porcelain')
    if (worktrees.includes(`worktree ${folder}\nHEAD ${commit}\n`))
      return `${tag} is already checked out in ${folder}`
    await this.#run('worktree', 'add', '--detach', folder, commit)
    return `${tag} is checked out in ${folder}`
  }

  /** Creates a commit with the tree of the tag: without conflicts, whatever commits and merges lie between. */
  #commit(tree: string, tag: string): Promise<string> {
    const { reason, rollbackId, runId } = this.#context
    const message = `Restore ${tag}\n\n${reason}\n\nproofload rollback ${rollbackId} of run ${runId}`
    return this.#ask(...AUTHOR, 'commit-tree', tree, '-p', 'HEAD', '-m', message)
  }

  async #requireClean(): Promise<void> {
    const status = await this.#ask('status', '--porcelain', '--untracked-files=no')
    if (status === '') return
    const files = status.split('\n').map((line) => line.trim().replace(/^\S+\s+/, ''))
    const more = files.length > FILES_NAMED ? ` and ${files.length - FILES_NAMED} more` : ''
    const named = `${files.slice(0, FILES_NAMED).join(', ')}${more}`
    throw new HarnessError('ROLLBACK_FAILED', `${this.#folder} has uncommitted changes: ${named}`, {
      hint: "Commit or stash them, or choose mode: 'worktree', which leaves them alone.",
    })
  }

  /** Runs a command that changes something. */
  #run(...args: string[]): Promise<string> {
    const order = {
      argv: ['git', ...args],
      cwd: this.#folder,
      env: this.#env,
      limitMs: parseDurationMs(this.#config.timeout),
    }
    return runChild(order, this.#context)
  }

  /** Runs a query and returns git's stdout. */
  async #ask(...args: string[]): Promise<string> {
    const { execa } = await import('execa')
    const { stdout, failed, stderr, originalMessage } = await execa('git', args, {
      cwd: this.#folder,
      env: this.#env,
      extendEnv: false,
      reject: false,
      cancelSignal: this.#context.signal,
    })
    if (!failed) return stdout
    throw new HarnessError(
      'ROLLBACK_FAILED',
      `git ${args[0]} in ${this.#folder} failed: ${stderr || originalMessage}`,
      { hint: 'The folder must be a git repository with at least one commit.' },
    )
  }
}
