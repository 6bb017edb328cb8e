"""The application: routes, errors, and the server around them."""

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from compdesign import __version__

from . import route_board_exports, route_comparisons, route_letters, route_reports, route_service
from .documented import document
from .front import Front
from .problems import ApiProblem, on_http_exception, on_problem
from .service import Service
from .settings import Settings

ROUTES = (route_comparisons, route_reports, route_letters, route_board_exports, route_service)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, for any ASGI server."""
    service = Service(settings or Settings())
    app = FastAPI(
        title="compdesign",
        version=__version__,
        docs_url=None,  # the pages of documentation load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # a redirect would lead where the Host header says
        lifespan=service.running,
        middleware=[Middleware(Front, trips=service.trips, meters=service.meters)],
        exception_handlers={ApiProblem: on_problem, HTTPException: on_http_exception},
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.service = service
    for route in ROUTES:
        app.include_router(route.router)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


def warm_app(settings: Settings) -> FastAPI:
    """The application with its documents made: each takes some tenths of a second, in which no request would be answered."""
    app = create_app(settings)
    app.openapi()
    route_service.schema()
    return app
