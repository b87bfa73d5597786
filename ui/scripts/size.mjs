// Fails when the JavaScript of a first load grows above the limit. A first load
// is the entry, what it imports statically, and the one page that is opened;
// what a page imports on demand (charts) comes later and is not counted.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 500 * 1000
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

const weights = new Map()
function weight(file) {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length)
  return weights.get(file)
}

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) closure(next, seen)
  return seen
}

function bytes(keys) {
  return [...keys].map((key) => manifest[key].file).filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + weight(file), 0)
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
const base = closure(entry)
const rows = [['(shell alone)', bytes(base)]]
for (const key of manifest[entry].dynamicImports ?? []) {
  rows.push([key, bytes(new Set([...base, ...closure(key)]))])
}
for (const key of base) {
  if (key === entry) continue
  for (const page of manifest[key].dynamicImports ?? []) rows.push([page, bytes(new Set([...base, ...closure(page)]))])
}

rows.sort((a, b) => b[1] - a[1])
for (const [name, size] of rows) console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${name}`)
const largest = rows[0][1]
if (largest > limit) {
  console.error(`\nThe largest first load is ${(largest / 1000).toFixed(1)} kB gzipped; the limit is ${limit / 1000} kB.`)
  process.exit(1)
}
console.log(`\nLargest first load ${(largest / 1000).toFixed(1)} kB gzipped, below ${limit / 1000} kB.`)
