import * as assert from 'uvu/assert'
import { commandsAllowed } from '../../harness/preflight/commands-allowed.ts'
import { resolveScenario } from '../../harness/scenario/resolve.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'

function findingsFor(allowCommands?: readonly string[]) {
  const document = {
    name: 'commands',
    target: { plugin: 'exec' },
    workload: { pattern: 'constant-rate', rate: '1/s', duration: '10s' },
    journeys: { run: { steps: [{ request: { run: ['git', 'status'] } }, { request: { run: ['ls'] } }] } },
    ...(allowCommands === undefined ? {} : { allowCommands }),
  }
  return commandsAllowed.check(aPreflightContext({ plan: resolveScenario(document, {}, 1) }))
}

describe('commandsAllowed', (test) => {
  test('blocks every command that is not allowed, by name, and says how to allow it', async () => {
    const findings = await findingsFor()

    assert.equal(
      findings.map(({ level, message }) => [level, message]),
      [
        ['blocked', 'the run would start the command git on this machine, which is not allowed'],
        ['blocked', 'the run would start the command ls on this machine, which is not allowed'],
      ],
    )
    assert.is(
      findings[0]?.hint,
      "If it may be run, allow it: --allow-command git, or allowCommands: ['git'] in the scenario.",
    )
  })

  test('lets those run that are named, and no others', async () => {
    assert.equal(
      (await findingsFor(['git'])).map(({ message }) => message),
      ['the run would start the command ls on this machine, which is not allowed'],
    )
    assert.equal(
      (await findingsFor(['git', 'ls'])).map(({ level, message }) => [level, message]),
      [['ok', 'git, ls allowed']],
    )
  })

  test('has nothing to say of targets that run no commands', async () => {
    const [finding] = await commandsAllowed.check(aPreflightContext())
    assert.equal([finding?.level, finding?.message], ['ok', 'no command allowed'])
  })
})
