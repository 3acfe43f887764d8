import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { describe } from '../kit/suite.ts'

const unit = readFileSync(new URL('../../deploy/systemd/proofload-worker@.service', import.meta.url), 'utf8')
const settingOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1]

describe('The unit of a worker', (test) => {
  test('is a user of its own without rights, whose worker drains before it ends', () => {
    for (const [key, value] of Object.entries({
      ...{ DynamicUser: 'yes', NoNewPrivileges: 'yes', ProtectSystem: 'strict', CapabilityBoundingSet: '' },
      ...{ KillSignal: 'SIGTERM', TimeoutStopSec: '120', Restart: 'always' },
    }))
      assert.is(settingOf(key), value, key)
    assert.match(
      settingOf('ExecStart') ?? '',
      /proofload worker --name %i --creds \$\{CREDENTIALS_DIRECTORY\}\/key/,
    )
    assert.match(settingOf('LoadCredential') ?? '', /^key:\/etc\/proofload\/%i\.nk$/)
  })

  test('has sections and keys that systemd knows by shape', () => {
    const lines = unit.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.ok(
      lines.every((line) => /^\[(Unit|Service|Install)\]$/.test(line) || /^[A-Z][A-Za-z]+=/.test(line)),
    )
  })
})
