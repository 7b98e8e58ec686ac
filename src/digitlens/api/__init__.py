"""The HTTP API, as ``digitlens serve`` runs it; `digitlens.api.app.create_app` builds it (the extra ``api``)."""

__all__: list[str] = []
