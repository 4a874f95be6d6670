// Bundles every page's entry (<page>/main.js) into static/dist. One step, no configuration elsewhere.
import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "dist");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const entries = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, "main.js")))
  .map((entry) => ({ in: join(here, entry.name, "main.js"), out: entry.name }));

await build({
  entryPoints: entries, outdir: out, bundle: true, format: "esm", splitting: true, minify: true, sourcemap: false,
  target: ["es2022"], charset: "utf8", logLevel: "warning", chunkNames: "part-[hash]",
});
