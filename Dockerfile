# One image for web, worker, beat and the migrations; docker-compose.yml says what each of them runs.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/branchwork

COPY requirements.txt .
RUN pip install --disable-pip-version-check -r requirements.txt

COPY . .
# Catalogues and static files belong to the image, data to the volume.
ENV BRANCHWORK_STATIC=/srv/branchwork/staticfiles
RUN python manage.py compile_catalogues \
 && python manage.py collectstatic --noinput --verbosity 0 \
 && rm -r var \
 && useradd --system --uid 1000 branchwork \
 && install -d -o branchwork /var/lib/branchwork

ENV BRANCHWORK_VAR=/var/lib/branchwork
USER branchwork
VOLUME /var/lib/branchwork
EXPOSE 8000
