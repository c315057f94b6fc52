const x: string = process.version; console.log(x, process.argv.slice(2), process.env.WRANGLER_HIDE_BANNER, process.execPath);
setTimeout(()=>{}, Number(process.argv[2] ?? 0)); process.exitCode = Number(process.argv[3] ?? 0);
