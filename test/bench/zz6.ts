import { createMemory } from "@souvenir/core";
import { createCorpus, randomOf } from "./corpus.ts";
const N=Number(process.argv[3]??3000);
const corpus = createCorpus({ seed: 7, dimensions: 2 });
const cpu=()=>{const c=process.cpuUsage();return (c.user+c.system)/1000};
const m = await createMemory({ path: process.argv[2] });
const r=randomOf(99);
const seen=new Set<number>(); const t:number[]=[];
const c0=cpu();
for (let i=0;i<N;i++){ let n=Math.floor(r()*4000); while(seen.has(n)) n=(n+1)%4000; seen.add(n);
 const q=corpus.text(n*20+i%20).split(" ").slice(0,6).join(" ");
 const c=cpu(); const x=await m.search({namespace:`tenant-${n}@example.com`,query:q}); t.push(cpu()-c); if(!x.results.length) throw new Error("none"); }
for (const [a,b] of [[0,300],[300,1000],[1000,N]] as const){ const s=t.slice(a,b).sort((x,y)=>x-y); console.log(a,b,"p10",s[Math.floor(s.length*.1)]!.toFixed(2),"p50",s[s.length>>1]!.toFixed(2),"mean",(s.reduce((x,y)=>x+y,0)/s.length).toFixed(2));}
console.log("rss",(process.memoryUsage.rss()/1e6).toFixed(0), "cpu total", (cpu()-c0).toFixed(0));
await m.close();
