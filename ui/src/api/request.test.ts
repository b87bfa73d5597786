import { describe, expect, it, vi } from 'vitest'
import { ApiError, queryString, request } from './request'

function answer(status: number, body: string) {
  const fetched = vi.fn().mockResolvedValue(new Response(status === 204 ? null : body, { status }))
  vi.stubGlobal('fetch', fetched)
  return fetched
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(() => null, (caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('request', () => {
  it('sends JSON below the base path and decodes the answer', async () => {
    const fetched = answer(200, '{"id":"seg_1"}')
    expect(await request('POST', '/projects/p/segments', { name: 'x' })).toEqual({ id: 'seg_1' })
    const [url, init] = fetched.mock.calls[0] as [string, RequestInit]
    expect(url).toBe('/api/v1/projects/p/segments')
    expect(init.body).toBe('{"name":"x"}')
    expect(init.headers).toEqual({ 'Content-Type': 'application/json' })
  })
  it('sends no content type without a body, and takes an empty answer', async () => {
    const fetched = answer(204, '')
    expect(await request('DELETE', '/session')).toBeUndefined()
    expect((fetched.mock.calls[0] as [string, RequestInit])[1].headers).toEqual({})
  })
  it('gives the server’s kind, sentence, details and request id', async () => {
    answer(400, '{"error":{"kind":"invalid","message":"No.","details":[{"where":"name","what":"is empty"}],"request_id":"r1"}}')
    const error = await failure(request('POST', '/x', {}))
    expect(error).toMatchObject({ kind: 'invalid', message: 'No.', status: 400, requestId: 'r1', details: [{ where: 'name', what: 'is empty' }] })
  })
  it('tells a lost connection, a bad gateway and rubbish apart', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('failed to fetch')))
    expect((await failure(request('GET', '/x'))).kind).toBe('network')
    answer(502, '<html>bad gateway</html>')
    expect((await failure(request('GET', '/x'))).kind).toBe('network')
    answer(500, 'boom')
    expect((await failure(request('GET', '/x'))).kind).toBe('unreadable')
    answer(200, '<html>')
    expect((await failure(request('GET', '/x'))).kind).toBe('unreadable')
  })
  it('leaves an abort an abort', async () => {
    const abort = new DOMException('aborted', 'AbortError')
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(abort))
    await expect(request('GET', '/x')).rejects.toBe(abort)
  })
})

describe('queryString', () => {
  it('leaves out what is empty and escapes the rest', () => {
    expect(queryString({ query: 'a b&c', limit: 50, offset: 0, filter: undefined, segment: '' })).toBe('?query=a+b%26c&limit=50&offset=0')
    expect(queryString({})).toBe('')
  })
})
