import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

declare const process: { env: Record<string, string | undefined> }

export default defineConfig(({ command }) => {
  // A build started by a test (NODE_ENV=test) would carry the development React and be another page than the one shipped.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return {
    plugins: [react()],
    build: { outDir: 'dist', emptyOutDir: true, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
    server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
  }
})
