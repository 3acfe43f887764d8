import { tmpdir } from 'node:os'
import * as assert from 'uvu/assert'
import { COMMANDS } from '../../harness/cli/commands.ts'
import { runCommandLine } from '../../harness/cli/program.ts'
import { aCapturingHost } from '../kit/capturing-host.ts'
import { describe } from '../kit/suite.ts'

describe('command line', (test) => {
  test('lists every command with its description', async () => {
    const { status, stdout } = await ended('--help')
    assert.is(status, 0)
    const listed = stdout.replaceAll(/\s+/g, ' ')
    for (const { name, description } of COMMANDS) assert.match(listed, ` ${name} ${description} `)
  })

  for (const { name, description } of COMMANDS)
    test(`shows arguments, options and description of '${name}', asked in either way`, async () => {
      const { status, stdout } = await ended(name, '--help')
      assert.is(status, 0)
      assert.match(stdout, `Usage: proofload ${name} `)
      assert.match(stdout, description.slice(0, 30))
      assert.match(stdout, /Example|Commands:/)
      assert.equal(await ended('help', name), { status, stdout, stderr: '' })
    })

  test('names the command that was probably meant', async () => {
    const { status, stderr } = await ended('rnu', 'scenarios/smoke.ts')
    assert.is(status, 2)
    assert.match(stderr, "unknown command 'rnu'")
    assert.match(stderr, 'Did you mean run?')
  })
})

describe('A path that the system refuses', (test) => {
  const long = 'x'.repeat(5_000)
  for (const args of [
    ['recover', long],
    ['rollback', 'resume', long],
    ['check', long],
    ['judge', long],
    ['check', '/proc/self/stat/scenario.ts'],
    ['recover', '/proc/self/stat'],
    ['rollback', 'resume', '/proc/self/stat'],
    ['calibrate', '127.0.0.1:8080'],
  ])
    test(`ends \`${args.join(' ').slice(0, 40)}\` with an error that says what to do`, async () => {
      const { status, stderr } = await ended(...args)

      assert.ok(status === 2 || status === 4, stderr)
      assert.match(stderr, /^error \w+: [\s\S]*\nhint: /)
    })
})

async function ended(...args: readonly string[]) {
  const host = aCapturingHost(args, tmpdir())
  const status = await runCommandLine(host)
  return { status, stdout: host.stdout.text, stderr: host.stderr.text }
}
