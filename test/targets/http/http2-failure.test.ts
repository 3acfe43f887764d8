import { constants } from 'node:http2'
import * as assert from 'uvu/assert'
import {
  failureOfGoaway,
  failureOfStream,
  SessionAbuse,
} from '../../../harness/targets/http/http2-failure.ts'
import { describe } from '../../kit/suite.ts'

const coded = (code: string, message = code) => Object.assign(new Error(message), { code })
const kindOf = (error: Error | null, code = 0, isCut = false) => failureOfStream(error, code, isCut).kind

describe('failureOfStream', (test) => {
  test('takes every reset for one, but those that say which rule was broken', () => {
    const protocol = [
      constants.NGHTTP2_PROTOCOL_ERROR,
      constants.NGHTTP2_FLOW_CONTROL_ERROR,
      constants.NGHTTP2_FRAME_SIZE_ERROR,
      constants.NGHTTP2_COMPRESSION_ERROR,
    ]
    for (let code = 0; code <= 14; code++)
      assert.is(
        kindOf(coded('ERR_HTTP2_STREAM_ERROR'), code),
        protocol.includes(code) ? 'protocol' : 'reset',
        `${code}`,
      )
    assert.is(kindOf(null, constants.NGHTTP2_CANCEL), 'reset')
  })

  test('names the code, known or not', () => {
    const textOf = (code: number) => failureOfStream(null, code, false).text

    assert.match(textOf(constants.NGHTTP2_NO_ERROR), 'NO_ERROR')
    assert.match(textOf(constants.NGHTTP2_HTTP_1_1_REQUIRED), 'HTTP_1_1_REQUIRED')
    assert.match(textOf(4711), 'code 4711')
    assert.match(failureOfGoaway(constants.NGHTTP2_ENHANCE_YOUR_CALM).text, 'GOAWAY with ENHANCE_YOUR_CALM')
  })

  test('tells a closed connection from a reset', () => {
    assert.match(failureOfStream(null, constants.NGHTTP2_CANCEL, true).text, 'the connection was closed')
    assert.is(kindOf(coded('ECONNRESET'), constants.NGHTTP2_INTERNAL_ERROR, true), 'reset')
  })

  test('blames the protocol for what nghttp2 or the harness ended a session for', () => {
    assert.is(kindOf(coded('ERR_HTTP2_ERROR', 'Protocol error')), 'protocol')
    assert.is(kindOf(coded('ERR_HTTP2_TOO_MANY_INVALID_FRAMES')), 'protocol')
    assert.equal(failureOfStream(new SessionAbuse('flooded'), 0, false), {
      kind: 'protocol',
      text: 'flooded',
    })
  })

  test('takes an error of the server for the session as a reset of its streams', () => {
    assert.equal(
      failureOfStream(coded('ERR_HTTP2_SESSION_ERROR'), constants.NGHTTP2_ENHANCE_YOUR_CALM, false),
      failureOfGoaway(constants.NGHTTP2_ENHANCE_YOUR_CALM),
    )
  })
})
