import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The development server answers pages; everything that Weir itself serves
// goes on to the binary. The patterns end in a slash so that no module path of
// Vite's own is caught.
const server = process.env.WEIR_URL ?? 'http://127.0.0.1:8080'
const proxy = Object.fromEntries(
  ['^/api/', '^/v1/', '^/c/', '^/t/', '^/u/'].map((path) => [path, { target: server }]),
)

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy, host: '127.0.0.1' },
  preview: { proxy, host: '127.0.0.1' },
  build: { target: 'es2022', manifest: true, chunkSizeWarningLimit: 1200 },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    // Component tests of Ant Design are slow on a busy two-core machine.
    testTimeout: 20_000,
  },
})
