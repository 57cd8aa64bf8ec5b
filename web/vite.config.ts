import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
// `make dev` runs the API on its usual port and this server in front of it.
const api = process.env.LAKEWRIGHT_API ?? 'http://127.0.0.1:8765'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: [
      { find: '@', replacement: here('./src') },
      // monaco-worker-manager, used by monaco-yaml, still imports paths from before Monaco 0.56.
      {
        find: /^monaco-editor\/esm\/vs\/(.*)$/,
        replacement: `${here('./node_modules/monaco-editor/esm/vs/')}$1`,
      },
    ],
  },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: here('../src/lakewright/server/static'),
    emptyOutDir: true,
    // Monaco is large and only loaded where somebody edits code.
    chunkSizeWarningLimit: 4000,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/,
              priority: 20,
            },
            // The canvas uses it as well, and would take it along.
            {
              name: 'state',
              test: /node_modules[\\/](zustand|use-sync-external-store)/,
              priority: 18,
            },
            { name: 'canvas', test: /node_modules[\\/](@xyflow|d3-|classcat)/, priority: 15 },
            { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/]/, priority: 15 },
            { name: 'sign-in', test: /node_modules[\\/]@supabase[\\/]/, priority: 15 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': api, '/auth/v1': api, '/healthz': api, '/readyz': api },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
  },
})
