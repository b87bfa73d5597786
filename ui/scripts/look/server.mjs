// Serves a built UI with made-up answers, so that pages can be looked at full,
// empty and failing without a real server: node scripts/look/server.mjs DIST PORT
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import * as data from './data.mjs'

const types = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8', '.json': 'application/json' }

/** mode: full, empty, failing, setup or signed-out. */
export function startServer(dist, port, mode = 'full') {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost')
    if (url.pathname.startsWith('/api/v1')) return answer(request, response, url, mode)
    const file = join(dist, url.pathname)
    const path = url.pathname !== '/' && existsSync(file) && statSync(file).isFile() ? file : join(dist, 'index.html')
    response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' })
    createReadStream(path).pipe(response)
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

async function answer(request, response, url, mode) {
  let text = ''
  for await (const chunk of request) text += chunk
  const path = url.pathname.slice('/api/v1'.length)
  const send = (status, body) => {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const fail = (status, kind, message) => send(status, { error: { kind, message, details: [], request_id: 'req_01J9' } })
  if (path === '/setup') return send(200, { needs_owner: mode === 'setup', version: 'dev' })
  if (path === '/session') return mode === 'setup' || mode === 'signed-out' ? fail(401, 'unknown_user', 'sign in first') : send(200, request.method === 'DELETE' ? { ok: true } : data.session)
  const rest = path.replace(/^\/projects\/[^/]+/, '')
  if (rest === '/live') return live(request, response, mode)
  if (mode === 'failing') return fail(500, 'internal', 'internal error')
  if (rest === '/channels/email/test') return send(502, { error: { kind: 'unavailable', message: 'the mail server refused the login: 535 5.7.8 Error: authentication failed', details: [], request_id: 'req_2' } })
  const found = (mode === 'empty' ? empty : full)(rest, path, text, url)
  return found === undefined ? fail(404, 'not_found', 'there is no such thing here') : send(200, found)
}

function full(rest, path, text, url) {
  const one = /^\/campaigns\/(\w+)\/report$/.exec(rest)
  if (one) return data.report(one[1])
  if (rest === '/query') return data.trend(JSON.parse(text))
  if (rest === '/persons') return { persons: data.persons, total: data.persons.length }
  if (rest === '/suppressions') return { suppressions: data.suppressions.filter((s) => s.address.includes(url.searchParams.get('query') ?? '')), total: data.suppressions.length }
  return {
    '/intake': data.intake, '/catalog/events': { events: data.events }, '/catalog/properties': { properties: data.properties }, '/segments': { segments: data.segments },
    '/campaigns': { campaigns: data.campaigns }, '/tokens': { tokens: data.tokens }, '/accounts': { accounts: data.accounts }, '/channels/email': data.email, '/account': data.session, '/events': { accepted: 2, duplicates: 0, rejected: [] },
  }[rest]
}

function empty(rest) {
  return {
    '/intake': { ...data.intake, events_total: 0, persons_total: 0, last_minute: 0, rejected_last_hour: 0, last_event_at: null },
    '/catalog/events': { events: [] }, '/catalog/properties': { properties: [] }, '/segments': { segments: [] }, '/campaigns': { campaigns: [] }, '/tokens': { tokens: [] },
    '/accounts': { accounts: [data.account] }, '/suppressions': { suppressions: [], total: 0 }, '/persons': { persons: [], total: 0 }, '/account': data.session,
    '/channels/email': { ...data.email, host: '', port: 0, security: 'starttls', username: '', has_password: false, from_name: '', from_address: '', rate_per_minute: 0, public_url: '' },
    '/query': { buckets: [], series: [], meta: {} },
  }[rest]
}

function live(request, response, mode) {
  if (mode === 'failing') return response.writeHead(500).end()
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.write(': open\n\n')
  if (mode !== 'full') return
  const event = () => response.write(`data: ${JSON.stringify(data.liveEvent())}\n\n`)
  for (let i = 0; i < 14; i += 1) event()
  response.write(`event: rejected\ndata: ${JSON.stringify(data.liveReject)}\n\n`)
  const timer = setInterval(event, 900)
  request.on('close', () => clearInterval(timer))
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [dist, port, mode] = process.argv.slice(2)
  await startServer(dist ?? 'dist', Number(port ?? 8090), mode)
  console.log(`http://127.0.0.1:${port ?? 8090}`)
}
