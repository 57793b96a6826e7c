FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json .npmrc ./
COPY src ./src
COPY sims ./sims
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY src/web/public ./src/web/public
COPY scenarios ./scenarios
RUN mkdir /data && chown node /data
USER node
VOLUME /data
EXPOSE 8180
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
  ["node", "-e", "fetch('http://127.0.0.1:8180/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Stations, operators and pages share one port. The site file and the database live in /data.
ENTRYPOINT ["node", "/app/dist/src/cli/main.js"]
CMD ["serve", "--config", "/data/youxu.yaml", "--host", "0.0.0.0"]
