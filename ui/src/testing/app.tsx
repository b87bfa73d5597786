// Renders the whole application against a made-up server, for tests of what a
// reader sees: routes, guards, shell and pages together.

import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { vi } from 'vitest'
import type { Project, Session } from '@/api/types'
import { createQueryClient } from '@/app/queryClient'
import { routeTree } from '@/app/router'
import { ThemeRoot } from '@/app/ThemeRoot'

export const project: Project = {
  id: 'prj_1', name: 'Shop', timezone: 'Asia/Shanghai', week_start: 1, currency: 'CNY', write_key: 'wk_1', created_at: '2026-01-01T00:00:00Z', demo: false,
}

export const session: Session = {
  account: { id: 'acc_1', email: 'owner@example.com', name: 'Owner', role: 'owner', language: '', theme: '', created_at: '2026-01-01T00:00:00Z' },
  projects: [project],
}

/** What a route answers: a value, an error status with a body, or something computed from the request. */
export type Reply = { status: number; body: unknown } | ((body: unknown, url: URL) => unknown) | object

export interface Sent {
  method: string
  path: string
  body: unknown
}

function isStatus(reply: Reply): reply is { status: number; body: unknown } {
  return typeof reply === 'object' && 'status' in reply && 'body' in reply
}

/** Stands in for the server. Keys read «METHOD /path» below /api/v1; what is not named is a 404. Gives what was sent. */
export function fakeServer(replies: Record<string, Reply>): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', vi.fn((input: string, init: RequestInit = {}) => {
    const url = new URL(input, 'http://weir.test')
    const method = init.method ?? 'GET'
    const path = url.pathname.replace('/api/v1', '')
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    sent.push({ method, path: path + url.search, body })
    const reply = replies[`${method} ${path}`]
    if (reply === undefined) return Promise.resolve(json(404, { error: { kind: 'not_found', message: `nothing at ${path}`, details: [] } }))
    if (typeof reply === 'function') return Promise.resolve(json(200, reply(body, url)))
    return Promise.resolve(isStatus(reply) ? json(reply.status, reply.body) : json(200, reply))
  }))
  return sent
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status })
}

export const signedOut: Reply = { status: 401, body: { error: { kind: 'unknown_user', message: 'sign in first', details: [] } } }

/** An EventSource that says nothing until a test makes it. */
export class SilentSource extends EventTarget {
  static all: SilentSource[] = []
  static readonly CLOSED = 2
  readyState = 0
  onopen?: () => void
  onmessage?: (message: { data: string }) => void
  onerror?: () => void
  constructor(readonly url: string) {
    super()
    SilentSource.all.push(this)
  }
  close() {}
}

/** Opens an address of the application. */
export function openApp(path: string): { client: QueryClient; address: () => string } {
  SilentSource.all = []
  vi.stubGlobal('EventSource', SilentSource)
  const client = createQueryClient()
  client.setDefaultOptions({ queries: { retry: false } })
  const router = createMemoryRouter(routeTree, { initialEntries: [path] })
  render(
    <QueryClientProvider client={client}>
      <ThemeRoot><RouterProvider router={router} /></ThemeRoot>
    </QueryClientProvider>,
  )
  return { client, address: () => router.state.location.pathname + router.state.location.search }
}
