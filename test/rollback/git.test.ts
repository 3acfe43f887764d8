import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { gitPlugin } from '../../harness/rollback/git.ts'
import { anUndoContext, failureOf } from '../kit/rollback.ts'
import { withScratch } from '../kit/sandbox.ts'
import { describe } from '../kit/suite.ts'

/** A repository whose `app.txt` has had one commit for each text; some of them tagged. */
class Repository {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    this.git('init', '--quiet', '--initial-branch', 'main')
  }

  git(...args: string[]): string {
    const who = ['-c', 'user.name=test', '-c', 'user.email=test@localhost']
    const quiet = { HOME: this.#folder, PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1' }
    return execFileSync('git', [...who, ...args], {
      cwd: this.#folder,
      env: quiet,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .toString()
      .trim()
  }

  commit(text: string, tag?: string): void {
    this.write(text)
    this.git('add', '.')
    this.git('commit', '--quiet', '-m', text)
    if (tag !== undefined) this.git('tag', tag)
  }

  write(text: string, file = 'app.txt'): void {
    writeFileSync(join(this.#folder, file), text)
  }

  read(): string {
    return readFileSync(join(this.#folder, 'app.txt'), 'utf8')
  }
}

/** good/1, then good/2, then two bad commits on top. */
async function withRepository(
  body: (repository: Repository, folder: string, around: string) => Promise<void>,
) {
  await withScratch(async (around) => {
    const folder = join(around, 'shop')
    await mkdir(folder)
    const repository = new Repository(folder)
    repository.commit('one', 'good/1')
    repository.commit('two', 'good/2')
    repository.commit('bad')
    repository.write('made by a bad release', 'extra.txt')
    repository.commit('worse')
    await body(repository, folder, around)
  })
}

describe('git, mode revert', (test) => {
  test('commits the tree of the newest good tag on top; all history stays', () =>
    withRepository(async (repository, folder) => {
      const head = repository.git('rev-parse', 'HEAD')
      const { message } = await gitPlugin.undo({}, anUndoContext(folder))

      assert.match(message, /^[0-9a-f]+ restores good\/2$/)
      assert.is(repository.read(), 'two')
      assert.is(repository.git('rev-parse', 'HEAD^{tree}'), repository.git('rev-parse', 'good/2^{tree}'))
      assert.is(repository.git('rev-parse', 'HEAD^'), head)
      assert.is(repository.git('symbolic-ref', 'HEAD'), 'refs/heads/main')
      assert.is(repository.git('status', '--porcelain'), '')
      const said = repository.git('log', '-1', '--format=%an|%B')
      assert.match(said, /^proofload\|Restore good\/2/)
      assert.match(said, /p99 was 900ms/)
      assert.match(said, /rollback rollback-1 of run run-1/)
    }))

  test('goes to the tag it is given, over merges too', () =>
    withRepository(async (repository, folder) => {
      repository.git('switch', '--quiet', '-c', 'side', 'good/1')
      repository.write('side', 'side.txt')
      repository.git('add', '.')
      repository.git('commit', '--quiet', '-m', 'side')
      repository.git('switch', '--quiet', 'main')
      repository.git('merge', '--quiet', '--no-ff', '-m', 'merged', 'side')
      await gitPlugin.undo({ tag: 'good/1' }, anUndoContext(folder))

      assert.is(repository.read(), 'one')
      assert.is(repository.git('ls-files'), 'app.txt')
    }))

  test('passes over tags of other branches', () =>
    withRepository(async (repository, folder) => {
      repository.git('switch', '--quiet', '-c', 'other', 'good/1')
      repository.commit('other', 'good/9')
      repository.git('switch', '--quiet', 'main')
      await gitPlugin.undo({}, anUndoContext(folder))

      assert.is(repository.read(), 'two')
    }))

  test('refuses a dirty tree, names the files, and touches nothing', () =>
    withRepository(async (repository, folder) => {
      const head = repository.git('rev-parse', 'HEAD')
      repository.write('work of an afternoon')
      const failure = await failureOf(gitPlugin.undo({}, anUndoContext(folder)))

      assert.is(failure.code, 'ROLLBACK_FAILED')
      assert.match(failure.message, /has uncommitted changes: app\.txt$/)
      assert.match(failure.hint ?? '', /worktree/)
      assert.is(repository.read(), 'work of an afternoon')
      assert.is(repository.git('rev-parse', 'HEAD'), head)
    }))

  test('leaves files that git does not know alone, and does not write over them', () =>
    withRepository(async (repository, folder) => {
      repository.write('mine', 'notes.txt')
      await gitPlugin.undo({}, anUndoContext(folder))
      assert.is(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'mine')

      repository.commit('three', 'good/3')
      repository.git('rm', '--quiet', 'notes.txt')
      repository.commit('without notes')
      repository.write('precious', 'notes.txt')
      const failure = await failureOf(gitPlugin.undo({}, anUndoContext(folder)))
      assert.match(failure.message, /notes\.txt/)
      assert.is(readFileSync(join(folder, 'notes.txt'), 'utf8'), 'precious')
    }))

  test('does nothing when the tree is that of the tag already', () =>
    withRepository(async (repository, folder) => {
      await gitPlugin.undo({}, anUndoContext(folder))
      const head = repository.git('rev-parse', 'HEAD')
      const { message } = await gitPlugin.undo({}, anUndoContext(folder))

      assert.match(message, /already equals good\/2/)
      assert.is(repository.git('rev-parse', 'HEAD'), head)
    }))

  test('pushes the new commit where it is told to, never by force', () =>
    withRepository(async (repository, folder, around) => {
      repository.git('clone', '--quiet', '--bare', folder, join(around, 'remote.git'))
      repository.git('remote', 'add', 'origin', join(around, 'remote.git'))
      const config = { push: { remote: 'origin', branch: 'main' } }
      const { message } = await gitPlugin.undo(config, anUndoContext(folder))
      const pushed = repository.git('ls-remote', 'origin', 'refs/heads/main').split('\t')[0]

      assert.match(message, /pushed to origin main$/)
      assert.is(pushed, repository.git('rev-parse', 'HEAD'))

      repository.git('reset', '--quiet', '--hard', 'HEAD~1')
      repository.commit('another way')
      const failure = await failureOf(gitPlugin.undo(config, anUndoContext(folder)))
      assert.match(failure.message, /rejected/)
      assert.is(repository.git('ls-remote', 'origin', 'refs/heads/main').split('\t')[0], pushed)
    }))

  test('says so when there is no good tag, or no repository', () =>
    withRepository(async (_repository, folder, around) => {
      const none = await failureOf(gitPlugin.undo({ tag: 'safe/*' }, anUndoContext(folder)))
      const outside = await failureOf(
        gitPlugin.undo({}, anUndoContext(around, { env: { PATH: process.env['PATH'], HOME: around } })),
      )

      assert.match(none.message, /has no tag safe\/\*/)
      assert.match(outside.message, /not a git repository/)
    }))
})

describe('git, mode worktree', (test) => {
  test('checks the tag out beside, whatever is dirty, and finds it there the next time', () =>
    withRepository(async (repository, folder, around) => {
      repository.write('work of an afternoon')
      const first = await gitPlugin.undo({ mode: 'worktree' }, anUndoContext(folder))
      const again = await gitPlugin.undo({ mode: 'worktree' }, anUndoContext(folder))

      assert.match(first.message, /good\/2 is checked out in .*shop-good-2$/)
      assert.match(again.message, /is already checked out in /)
      assert.is(readFileSync(join(around, 'shop-good-2', 'app.txt'), 'utf8'), 'two')
      assert.is(repository.read(), 'work of an afternoon')
    }))

  test('fails where something else is in the way', () =>
    withRepository(async (_repository, folder, around) => {
      await mkdir(join(around, 'live'))
      writeFileSync(join(around, 'live', 'file'), '')
      const failure = await failureOf(
        gitPlugin.undo({ mode: 'worktree', worktree: '../live' }, anUndoContext(folder)),
      )
      assert.match(failure.message, /already exists/)
    }))
})

describe('git', (test) => {
  test('says in one line what it would do', () => {
    assert.is(gitPlugin.describe({}), 'commit the tree of the newest tag good/* on top of HEAD of .')
    assert.is(
      gitPlugin.describe({
        repository: '/srv/shop',
        tag: 'v1.2',
        push: { remote: 'origin', branch: 'main' },
      }),
      'commit the tree of the tag v1.2 on top of HEAD of /srv/shop, pushed to origin main',
    )
    assert.is(
      gitPlugin.describe({ mode: 'worktree' }),
      'check out the newest tag good/* of . in a new worktree beside it',
    )
  })

  test('refuses names that could be options, and settings that do not go together', () => {
    const wrong = [
      { tag: '--all' },
      { tag: 'a..b c' },
      { push: { remote: '--mirror', branch: 'main' } },
      { push: { remote: 'origin', branch: '+main' } },
      { mode: 'worktree', push: { remote: 'origin', branch: 'main' } },
      { worktree: '../live' },
      { mode: 'reset' },
    ]
    for (const config of wrong)
      assert.not.ok(gitPlugin.configSchema.safeParse(config).success, JSON.stringify(config))
  })
})
