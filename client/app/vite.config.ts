import { fileURLToPath } from 'node:url'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { guestPages } from './scripts/guest-pages'
import { serviceWorker } from './scripts/service-worker'

const server = process.env.NABIZ_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  // React Aria carries thirty languages; the app speaks two.
  plugins: [
    // the guests' pages are Preact, told by a comment in each file
    react({ exclude: [/node_modules/, /\/src\/booking\//] }),
    tailwindcss(),
    { ...optimizeLocales.vite({ locales: ['tr-TR', 'en-US'] }), enforce: 'pre' },
    guestPages(),
    serviceWorker(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    manifest: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: ['index.html', 'book.html'] },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: server, changeOrigin: true, ws: true } },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test-setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
})
