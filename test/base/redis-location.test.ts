import * as assert from 'uvu/assert'
import { HarnessError } from '../../harness/base/errors.ts'
import { isRedisLocation, shownRedisLocation } from '../../harness/base/redis-location.ts'
import { describe } from '../kit/suite.ts'

describe('isRedisLocation', (test) => {
  test('knows addresses of servers from files', () => {
    for (const location of ['redis://127.0.0.1', 'rediss://me:secret@cache:6380/2'])
      assert.ok(isRedisLocation(location), location)
    for (const location of ['memory:', 'state.json', './redis', 'redis:6379', 'http://redis://x'])
      assert.not.ok(isRedisLocation(location), location)
  })
})

describe('shownRedisLocation', (test) => {
  test('shows where a server is, and no password', () => {
    const shown = [
      ['redis://127.0.0.1:6379/2', 'redis://127.0.0.1:6379/2'],
      ['rediss://me:s3cret@cache', 'rediss://me:***@cache'],
      ['redis://:s3@cret@cache', 'redis://:***@cache'],
      ['redis://cache/1?password=s3cret', 'redis://cache/1'],
    ] as const
    for (const [location, text] of shown) assert.is(shownRedisLocation(location), text)
  })

  test('refuses what is no address, and does not repeat it', () => {
    for (const location of ['redis://me:s3cret@ho st', 'redis://me:s3cret@cache:port']) {
      assert.throws(
        () => shownRedisLocation(location),
        (error: unknown) =>
          error instanceof HarnessError && error.code === 'USAGE' && !error.message.includes('s3cret'),
      )
    }
  })
})
