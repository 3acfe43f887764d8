import * as assert from 'uvu/assert'
import { targets } from '../../harness/targets/index.ts'
import { describe } from '../kit/suite.ts'

describe('targets', (test) => {
  test('are these', () => {
    assert.equal(targets.names, [
      'http',
      'function',
      'sandbox',
      'redis',
      'ws',
      'browser',
      'sse',
      'llm',
      'postgres',
      'mysql',
      'grpc',
      'fs',
      'exec',
      'nats',
      'mqtt',
      'amqp',
      'kafka',
    ])
  })
})
